import { answerList } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'

export const listGroups = command({
  words: 'group list',
  flags: { limit },
  summary: 'List groups',
  examples: ['lockstep group', 'lockstep group list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listGroups({ limit: flags.limit })
    return answerList(
      context,
      page,
      [
        { title: 'group', value: ({ name }) => name },
        { title: 'title', value: ({ title }) => title },
        { title: 'members', value: ({ members }) => String(members), align: 'right' },
      ],
      'There is no group.',
    )
  },
})
