import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listAudit = command({
  words: 'audit list',
  flags: {
    limit,
    subject: { type: 'text', value: 'ID', summary: 'only about this thing' },
    system: {
      type: 'boolean',
      summary: 'of what belongs to no project: people, groups, roles on all',
    },
  },
  summary: 'Read the audit trail of a project, newest first',
  examples: ['lockstep audit -p connected-car', 'lockstep audit list --system --limit 200 --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const { subject, limit: most } = flags
    const asked = { limit: most, ...(subject !== undefined && { subject }) }
    const isOfSystem =
      flags.system || (context.project === undefined && belongsToNoProject(subject ?? ''))
    const page = isOfSystem
      ? await client.listSystemAuditEntries(asked)
      : await client.listAuditEntries({
          ...asked,
          project: (await findProject(context, client)).id,
        })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'entry', value: ({ position }) => position, goes: 0 },
        { title: 'at', value: ({ at }) => presentTime(at, view) },
        { title: 'by', value: ({ by }) => by },
        { title: 'what', value: ({ says }) => says },
        { title: 'of', value: ({ subject }) => subject, goes: 1 },
      ],
      subject === undefined
        ? 'Nothing has been recorded yet.'
        : `Nothing that is recorded ${isOfSystem ? 'outside of projects' : 'in this project'} is about ${subject}.`,
    )
  },
})

/** People, groups and sessions stand above all projects; with -p it is asked what a project has about them. */
function belongsToNoProject(subject: string): boolean {
  return /^(?:usr|grp|ses)_/.test(subject)
}
