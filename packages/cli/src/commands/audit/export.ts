import { findProject } from '../../address/project.ts'
import { viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { timeOf } from '../../present/time.ts'

export const exportAudit = command({
  words: 'audit export',
  flags: {
    from: { type: 'text', value: 'TIME', summary: 'entries since then' },
    until: { type: 'text', value: 'TIME', summary: 'entries before then' },
  },
  summary: 'Write the audit trail of a project as JSON, one entry a line, newest first',
  examples: [
    'lockstep audit export -p connected-car > audit.jsonl',
    'lockstep audit export -p connected-car --from 2026-11-01 --until 2026-12-01 > november.jsonl',
  ],
  async run(context, _input, flags) {
    const view = viewOf(context)
    const [from, until] = [timeOf('from', flags.from, view), timeOf('until', flags.until, view)]
    const client = await context.connect()
    const project = await findProject(context, client)
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof client.listAuditEntries>> =
        await client.listAuditEntries({
          project: project.id,
          limit: 200,
          ...(after === null ? {} : { after }),
        })
      for (const entry of page.items) {
        const at = Date.parse(entry.at)
        if (from !== undefined && at < from) return 0
        if (until === undefined || at < until) context.terminal.print(JSON.stringify(entry))
      }
      after = page.next
    } while (after !== null)
    return 0
  },
})
