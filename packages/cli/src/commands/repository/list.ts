import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listRepositories = command({
  words: 'repository list',
  flags: { limit },
  summary: 'List the repositories that a project follows',
  examples: ['lockstep repository -p backend', 'lockstep repository list -p backend --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const page = await client.listRepositories({ project: project.id, limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'repository', value: ({ name }) => name },
        { title: 'url', value: ({ url }) => url },
        {
          title: 'branches',
          value: ({ branches }) =>
            Object.entries(branches)
              .map(([name, commit]) => `${name} ${commit.slice(0, 8)}`)
              .join(', '),
        },
        {
          title: 'seen',
          value: ({ seenAt }) => (seenAt === null ? 'not yet' : presentTime(seenAt, view)),
          goes: 1,
        },
        { title: '', value: ({ failure }) => (failure === null ? '' : `! ${failure}`) },
      ],
      'This project follows no repository.',
    )
  },
})
