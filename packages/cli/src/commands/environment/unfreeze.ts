import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { findEnvironment } from './find-environment.ts'

export const unfreeze = command({
  words: 'environment unfreeze',
  arguments: { environment: { shown: 'ENVIRONMENT', completes: 'environment' } },
  flags: { message: words('why') },
  summary: 'End a freeze that was made by hand',
  examples: [
    'lockstep environment unfreeze production -m "The fair is over"',
    'lockstep environment unfreeze connected-car/staging -m "Fixed"',
  ],
  async run(context, { environment: name }, flags) {
    const reason = reasonOf(flags.message, 'ending a freeze')
    const client = await context.connect()
    const { id } = await findEnvironment(context, client, name)
    const environment = await client.unfreezeEnvironment({ environment: id, reason })
    return answer(context, environment, `✓ ${environment.title} takes deployments again.`)
  },
})
