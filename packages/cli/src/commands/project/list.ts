import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listProjects = command({
  words: 'project list',
  flags: { limit },
  summary: 'List the projects that I may see',
  examples: ['lockstep project', 'lockstep project list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listProjects({ limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'project', value: ({ name }) => name },
        { title: 'title', value: ({ title }) => title },
        { title: 'made', value: ({ createdAt }) => presentTime(createdAt, view) },
      ],
      'There is no project that you may see.',
    )
  },
})
