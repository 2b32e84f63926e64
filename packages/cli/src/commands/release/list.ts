import { answerList } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'

export const listReleases = command({
  words: 'release list',
  flags: { limit },
  summary: 'List releases',
  examples: ['lockstep release', 'lockstep release list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listReleases({ limit: flags.limit })
    return answerList(
      context,
      page,
      [
        { title: 'release', value: ({ project, name }) => `${project}/${name}` },
        { title: 'title', value: ({ title }) => title, goes: 1 },
        { title: 'state', value: ({ state }) => state },
        {
          title: 'collected',
          value: ({ applications }) =>
            `${applications.filter(({ snapshot }) => snapshot !== null).length} of ${applications.length}`,
        },
        { title: 'owner', value: ({ owner }) => owner, goes: 2 },
        { title: 'run', value: ({ run }) => run ?? '' },
      ],
      'There is no release.',
    )
  },
})
