import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { FOR_FLAG, tokensOf } from './for-account.ts'

export const revokeToken = command({
  words: 'token revoke',
  arguments: { token: { shown: 'TOKEN' } },
  flags: FOR_FLAG,
  summary:
    'Revoke one of my tokens or of a service account, by its id or name, and all that were made with it',
  examples: [
    'lockstep token revoke "CI of the backend"',
    'lockstep token revoke tok_01KA7Z4V0000000000000000000 --for ci -p backend',
  ],
  async run(context, { token: text }, flags) {
    const client = await context.connect()
    const tokens = await tokensOf(context, client, flags.for)
    const { items } = await tokens.list(200)
    const byId = items.filter(({ id }) => id === text)
    const meant =
      byId.length > 0
        ? byId
        : items.filter(({ name, revokedAt }) => name === text && revokedAt === null)
    const [token] = meant
    if (token === undefined)
      throw new Refusal(`${tokens.has} no token "${text}".`, [
        `Those that there are:  lockstep token list${tokens.typed}`,
      ])
    if (meant.length > 1) {
      const typed = meant.map(({ id }) => `lockstep token revoke ${id}${tokens.typed}`)
      const what = `${tokens.has} ${meant.length} tokens "${text}". Say which by its id:`
      throw new Refusal(what, typed)
    }
    await tokens.revoke(token.id)
    return answer(context, null, `✓ "${token.name}" does not work any more.`)
  },
})
