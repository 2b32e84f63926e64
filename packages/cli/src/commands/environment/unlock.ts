import { answer } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { findEnvironment } from './find-environment.ts'

export const unlock = command({
  words: 'environment unlock',
  arguments: { environment: { shown: 'ENVIRONMENT', completes: 'environment' } },
  flags: { message: words('why') },
  summary: 'Let runs have an environment again',
  examples: [
    'lockstep environment unlock staging',
    'lockstep environment unlock connected-car/production -m "The incident is over"',
  ],
  async run(context, { environment: name }, flags) {
    const client = await context.connect()
    const { id } = await findEnvironment(context, client, name)
    const environment = await client.unlockEnvironment({
      environment: id,
      ...(flags.message === undefined ? {} : { reason: flags.message }),
    })
    return answer(context, environment, `✓ ${environment.title} is free for runs again.`)
  },
})
