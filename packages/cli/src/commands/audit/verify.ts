import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const verifyAudit = command({
  words: 'audit verify',
  summary: 'Verify the chains of the whole audit trail',
  examples: ['lockstep audit verify', 'lockstep audit verify --json'],
  async run(context) {
    const client = await context.connect()
    const verified = await client.verifyAudit()
    const { ok, entries, head, broken } = verified
    const amount = `${entries.toLocaleString('en')} entries`
    if (ok) {
      const at = head === null ? '' : ` Head ${head.slice(0, 13)}….`
      return answer(context, verified, `✓ ${amount}, unbroken.${at}`)
    }
    answer(
      context,
      verified,
      `✗ ${broken ?? 'The trail is broken.'}\n  ${amount} were read; nothing after the break can be relied on.`,
    )
    return 1
  },
})
