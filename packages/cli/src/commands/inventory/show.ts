import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentEnvironmentInventory, presentMatrix } from '../../present/inventory.ts'
import { timeOf } from '../../present/time.ts'
import { findEnvironment } from '../environment/find-environment.ts'

export const inventory = command({
  words: 'inventory',
  arguments: { environment: { shown: 'ENVIRONMENT', optional: true, completes: 'environment' } },
  flags: {
    at: { type: 'text', value: 'TIME', summary: 'as it was: 14:30, 2026-11-17T14:30Z, "2h ago"' },
    app: { type: 'text', value: 'APP', summary: 'only this application, as project/name' },
    resource: { type: 'text', value: 'NAME', summary: 'only this resource' },
    drift: { type: 'boolean', summary: 'only what runs something else than was deployed' },
    verified: { type: 'boolean', summary: 'only what was read again after the deployment' },
  },
  summary: 'Show what is where, now or at a moment of the past',
  examples: ['lockstep inventory', 'lockstep inventory production --at "2026-11-19 10:05"'],
  async run(context, { environment: name }, flags) {
    const client = await context.connect()
    const view = viewOf(context)
    const at = timeOf('at', flags.at, view)
    const environment =
      name === undefined ? undefined : await findEnvironment(context, client, name)
    const all = await client.showInventory({
      ...(environment === undefined ? {} : { environment: environment.id }),
      ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
      ...(flags.app === undefined ? {} : { application: flags.app }),
      ...(flags.resource === undefined ? {} : { resource: flags.resource }),
      ...(flags.drift ? { drift: true } : {}),
    })
    const shown = flags.verified
      ? { ...all, items: all.items.filter(({ verified }) => verified) }
      : all
    const text =
      environment === undefined
        ? presentMatrix(shown, flags, view)
        : presentEnvironmentInventory(shown, { ...flags, isPast: at !== undefined }, view)
    return answer(context, shown, text)
  },
})
