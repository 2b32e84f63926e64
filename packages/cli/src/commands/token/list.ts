import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listTokens = command({
  words: 'token list',
  flags: { limit },
  summary: 'List my tokens',
  examples: ['lockstep token', 'lockstep token list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listTokens({ limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'token', value: ({ id }) => id },
        { title: 'name', value: ({ name }) => name },
        { title: 'may', value: ({ permissions }) => permissions.join(', '), goes: 1 },
        {
          title: 'from',
          value: ({ from }) => (from.length === 0 ? 'anywhere' : from.join(', ')),
          goes: 3,
        },
        { title: 'expires', value: ({ expiresAt }) => presentTime(expiresAt, view) },
        {
          title: 'used',
          value: ({ lastUsedAt }) =>
            lastUsedAt === null ? 'never' : presentTime(lastUsedAt, view),
          goes: 2,
        },
        { title: '', value: ({ revokedAt }) => (revokedAt === null ? '' : 'revoked') },
      ],
      'You have no token.',
    )
  },
})
