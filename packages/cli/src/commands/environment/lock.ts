import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { findEnvironment } from './find-environment.ts'

export const lock = command({
  words: 'environment lock',
  arguments: { environment: { shown: 'ENVIRONMENT', completes: 'environment' } },
  flags: { message: words('why') },
  summary: 'Hold an environment: no run gets it until it is unlocked',
  examples: [
    'lockstep environment lock staging -m "Load test until noon"',
    'lockstep environment lock connected-car/production -m "Incident"',
  ],
  async run(context, { environment: name }, flags) {
    const reason = reasonOf(flags.message, 'a lock')
    const client = await context.connect()
    const { id } = await findEnvironment(context, client, name)
    const environment = await client.lockEnvironment({ environment: id, reason })
    return answer(
      context,
      environment,
      `✓ ${environment.title} is yours. Give it back:  lockstep environment unlock ${name}`,
    )
  },
})
