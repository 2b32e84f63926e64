import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findUser } from './find-user.ts'

export const enable = command({
  words: 'user enable',
  arguments: { user: { shown: 'USER', completes: 'user' } },
  summary: 'Let a person sign in again',
  examples: ['lockstep user enable qa-lead', 'lockstep user enable qa-lead --json'],
  async run(context, { user: name }) {
    const client = await context.connect()
    const { id, version } = await findUser(client, name)
    const user = await client.changeUser({ user: id, disabled: false }, { ifMatch: version })
    return answer(context, user, `✓ ${name} can sign in again.`)
  },
})
