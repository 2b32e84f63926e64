import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentVerified } from '../../present/audit.ts'

export const verifyAudit = command({
  words: 'audit verify',
  summary: 'Verify the chains of the whole audit trail',
  examples: ['lockstep audit verify', 'lockstep audit verify --json'],
  async run(context) {
    const client = await context.connect()
    const verified = await client.verifyAudit()
    answer(context, verified, presentVerified(verified, viewOf(context)))
    return verified.ok ? 0 : 1
  },
})
