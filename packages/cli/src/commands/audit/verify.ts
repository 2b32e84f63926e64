import { resolve } from 'node:path'

import { answer, viewOf } from '../../command/answer.ts'
import { command, type ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { readNamedFile } from '../../command/named-file.ts'
import { presentVerified } from '../../present/audit.ts'
import { presentAuditFile } from '../../present/audit-file.ts'
import { verifyAuditFile } from './audit-file.ts'

export const verifyAudit = command({
  words: 'audit verify',
  flags: {
    file: {
      type: 'text',
      value: 'FILE',
      summary: 'a file of lockstep audit export, here; no server is asked',
    },
    key: {
      type: 'text',
      value: 'ID',
      summary: 'the key that must have signed it, as in the checkpoints.log of the server',
    },
  },
  summary: 'Verify the chains of the whole audit trail, or those of a file that was exported',
  examples: [
    'lockstep audit verify',
    'lockstep audit verify --file audit.jsonl --key 4f21c0a9d3b87e65f10c2ab94d7e8853',
  ],
  async run(context, _input, { file, key }) {
    if (file !== undefined) return verifyFile(context, file, key)
    if (key !== undefined) throw new UsageRefusal('--key goes with --file.')
    const client = await context.connect()
    const verified = await client.verifyAudit()
    answer(context, verified, presentVerified(verified, viewOf(context)))
    return verified.ok ? 0 : 1
  },
})

async function verifyFile(
  context: Context,
  file: string,
  key: string | undefined,
): Promise<ExitCode> {
  if (key !== undefined && !/^[0-9a-f]{32}$/.test(key)) {
    throw new UsageRefusal(`--key takes 32 hex digits, not "${key}".`, [
      'Lines of checkpoints.log in the data folder of the server name it as "key".',
    ])
  }
  const verdict = await readNamedFile(file, () => verifyAuditFile(resolve(context.cwd, file), key))
  answer(context, verdict, presentAuditFile(verdict, key, viewOf(context)))
  return verdict.ok ? 0 : 1
}
