import { answer, viewOf } from '../../command/answer.ts'
import { presentTime } from '../../present/time.ts'
import { command } from '../../command/command.ts'

export const verifyAudit = command({
  words: 'audit verify',
  summary: 'Verify the chains of the whole audit trail',
  examples: ['lockstep audit verify', 'lockstep audit verify --json'],
  async run(context) {
    const client = await context.connect()
    const verified = await client.verifyAudit()
    const { ok, entries, head, broken, checkpoint } = verified
    const amount = `${entries.toLocaleString('en')} entries`
    if (ok) {
      const at = head === null ? '' : ` Head ${head.slice(0, 13)}…`
      const signed =
        checkpoint === null
          ? ''
          : `, agrees with the checkpoint of ${presentTime(checkpoint, viewOf(context))}`
      return answer(context, verified, `✓ ${amount}, unbroken.${at}${signed}.`)
    }
    answer(
      context,
      verified,
      `✗ ${broken ?? 'The trail is broken.'}\n  ${amount} were read; nothing after the break can be relied on.`,
    )
    return 1
  },
})
