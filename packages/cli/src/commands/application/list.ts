import { projectName, findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listApplications = command({
  words: 'application list',
  flags: { limit },
  summary: 'List applications',
  examples: ['lockstep application', 'lockstep application list -p backend'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const said = await projectName(context)
    const project = said === undefined ? undefined : await findProject(context, client, said)
    const page = await client.listDefinitions({
      kind: 'application',
      limit: flags.limit,
      ...(project === undefined ? {} : { project: project.id }),
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'application', value: ({ project: own, name }) => `${own}/${name}` },
        { title: 'rev', value: ({ revision }) => String(revision), align: 'right' },
        { title: 'changed', value: ({ at }) => presentTime(at, view) },
        { title: 'by', value: ({ editor }) => editor },
        { title: 'source', value: ({ source }) => source, goes: 1 },
      ],
      'There is no application.',
    )
  },
})
