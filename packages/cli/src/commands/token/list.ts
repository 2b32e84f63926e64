import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { placesOf } from './places.ts'
import { FOR_FLAG, tokensOf } from './for-account.ts'

export const listTokens = command({
  words: 'token list',
  flags: { limit, ...FOR_FLAG },
  summary: 'List my tokens, or those of a service account',
  examples: ['lockstep token', 'lockstep token list --for ci -p backend'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const tokens = await tokensOf(context, client, flags.for)
    const page = await tokens.list(flags.limit)
    const view = viewOf(context)
    const places = await placesOf(client, page.items)
    return answerList(
      context,
      page,
      [
        { title: 'token', value: ({ id }) => id },
        { title: 'name', value: ({ name }) => name },
        { title: 'may', value: ({ permissions }) => permissions.join(', '), goes: 1 },
        { title: 'works', value: (token) => places[page.items.indexOf(token)] ?? '' },
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
      `${tokens.has.charAt(0).toUpperCase()}${tokens.has.slice(1)} no token.`,
    )
  },
})
