import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const testNotification = command({
  words: 'notification test',
  arguments: { address: { shown: 'ADDRESS', optional: true } },
  summary: 'Send a test message, to me or to another address',
  examples: ['lockstep notification test', 'lockstep notification test operations@example.test'],
  async run(context, { address }) {
    const client = await context.connect()
    const sent = await client.testNotification(address === undefined ? {} : { address })
    return answer(
      context,
      sent,
      `✓ A test goes to ${sent.address}. How it went:  lockstep notification list`,
    )
  },
})
