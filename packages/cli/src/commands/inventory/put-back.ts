import { answer, confirm, tell, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { failureOf } from '../../command/present-failure.ts'
import type { InventoryRow } from '../../documents.ts'
import { presentPlan } from '../../present/plan.ts'
import { shortAddress } from '../../present/run.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { isPlanGone } from '../run/start-input.ts'
import { watchRun } from '../run/watch-run.ts'

export const putBack = command({
  words: 'inventory put-back',
  arguments: {
    environment: { shown: 'ENVIRONMENT', completes: 'environment' },
    application: { shown: 'APP', completes: 'application' },
  },
  flags: {
    'dry-run': { type: 'boolean', summary: 'show the plan, start nothing' },
    plan: {
      type: 'text',
      value: 'DIGEST',
      summary: 'start exactly this plan, without being asked; its first 8 digits will do',
    },
    follow: { type: 'boolean', short: 'f', summary: 'watch the run until it ends' },
  },
  summary: 'Bring back what is wanted of an application where it has drifted',
  examples: [
    'lockstep inventory put-back staging connected-car/vehicle-firmware --dry-run',
    'lockstep inventory put-back staging connected-car/vehicle-firmware -f',
  ],
  async run(context, { environment: name, application }, flags) {
    const client = await context.connect()
    const { id: environment, title } = await findEnvironment(context, client, name)
    const { items } = await client.showInventory({ environment, application, drift: true })
    const { by, address } = whatPutsBack(items, application, title)
    const subject = {
      project: by.project,
      name: by.name,
      putBack: { environment, application: address },
    }
    const again = `inventory put-back ${name} ${application}`
    let { plan } = flags
    if (plan === undefined) {
      const made = await client.makePlan(subject)
      const text = presentPlan(made, viewOf(context), again)
      if (flags['dry-run']) return answer(context, made, text)
      context.terminal.note(text)
      if (!(await confirm(context, 'Put it back?', `--plan ${made.digest.slice(7, 15)}`))) {
        tell(context, 'Nothing was started.')
        return 1
      }
      plan = made.digest
    }
    const run = await client.startRun({ ...subject, plan }).catch((error: unknown) => {
      if (context.json || !isPlanGone(error)) throw error
      const [first = '', ...more] = failureOf(error).text.split('\n')
      const anew = `Make a new plan:  lockstep ${again} --dry-run`
      throw new Refusal(first.replace(/^Refused: /, ''), [...more, anew])
    })
    const started = shortAddress(run)
    if (flags.follow) {
      tell(context, `✓ Started ${started}.`)
      return watchRun(context, client, run.id)
    }
    return answer(context, run, `✓ Started ${started}. Watch it:  lockstep run watch ${started}`)
  },
})

/** What is to be started, by the first drift that it ends. */
function whatPutsBack(
  drifted: readonly InventoryRow[],
  application: string,
  where: string,
): { readonly by: NonNullable<InventoryRow['putBack']>; readonly address: string } {
  const applications = [...new Set(drifted.map((row) => row.application))]
  if (applications.length > 1) {
    throw new Refusal(`"${application}" is in several projects.`, [
      `Say which: ${applications.join(', ')}`,
    ])
  }
  for (const { putBack: by, application: address } of drifted) {
    if (by !== null) return { by, address }
  }
  const [first] = drifted
  if (first === undefined) throw new Refusal(`nothing of "${application}" drifts in ${where}.`)
  throw new Refusal(
    `${first.component} on ${first.resource} cannot be put back now.`,
    first.notPutBack === null ? [] : [first.notPutBack],
  )
}
