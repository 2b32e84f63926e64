import { answerList } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'

export const listUsers = command({
  words: 'user list',
  flags: { limit },
  summary: 'List people',
  examples: ['lockstep user', 'lockstep user list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listUsers({ limit: flags.limit })
    return answerList(
      context,
      page,
      [
        { title: 'user', value: ({ name }) => name },
        { title: 'title', value: ({ title }) => title },
        { title: 'e-mail', value: ({ email }) => email, goes: 1 },
        { title: '', value: ({ disabled }) => (disabled ? 'disabled' : '') },
      ],
      'There is nobody that you may see.',
    )
  },
})
