import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'

export const revokeToken = command({
  words: 'token revoke',
  arguments: { token: { shown: 'TOKEN' } },
  summary: 'Revoke one of my tokens, by its id or name, and all that were made with it',
  examples: [
    'lockstep token revoke "CI of the backend"',
    'lockstep token revoke tok_01KA7Z4V0000000000000000000',
  ],
  async run(context, { token: text }) {
    const client = await context.connect()
    const { items } = await client.listTokens({ limit: 200 })
    const byId = items.filter(({ id }) => id === text)
    const meant =
      byId.length > 0
        ? byId
        : items.filter(({ name, revokedAt }) => name === text && revokedAt === null)
    const [token] = meant
    if (token === undefined)
      throw new Refusal(`you have no token "${text}".`, ['Your tokens:  lockstep token list'])
    if (meant.length > 1) {
      throw new Refusal(`you have ${meant.length} tokens "${text}". Say which by its id:`, [
        ...meant.map(({ id }) => `lockstep token revoke ${id}`),
      ])
    }
    await client.revokeToken({ token: token.id })
    return answer(context, null, `✓ "${token.name}" does not work any more.`)
  },
})
