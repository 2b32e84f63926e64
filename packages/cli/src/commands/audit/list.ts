import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import type { AuditEntry } from '../../documents.ts'
import { presentTime } from '../../present/time.ts'

export const listAudit = command({
  words: 'audit list',
  flags: { limit, subject: { type: 'text', value: 'ID', summary: 'only about this thing' } },
  summary: 'Read the audit trail of a project, newest first',
  examples: [
    'lockstep audit -p connected-car',
    'lockstep audit list -p connected-car --limit 200 --json',
  ],
  async run(context, _input, flags) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const page = await client.listAuditEntries({
      project: project.id,
      limit: flags.limit,
      ...(flags.subject === undefined ? {} : { subject: flags.subject }),
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'entry', value: ({ position }) => position, goes: 0 },
        { title: 'at', value: ({ at }) => presentTime(at, view) },
        { title: 'what', value: whatOf },
        { title: 'by', value: ({ by }) => by },
        { title: 'of', value: ({ subject }) => subject, goes: 1 },
      ],
      'Nothing has been recorded yet.',
    )
  },
})

/** `role_granted`, and of which role and whose it speaks where it is about one. */
function whatOf({ type, body, holder }: AuditEntry): string {
  const role = body['role']
  return holder === null || typeof role !== 'string' ? type : `${type} ${role}, ${holder}`
}
