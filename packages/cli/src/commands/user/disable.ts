import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findUser } from './find-user.ts'

export const disable = command({
  words: 'user disable',
  arguments: { user: { shown: 'USER', completes: 'user' } },
  summary: 'Keep a person from signing in; their history stays',
  examples: ['lockstep user disable qa-lead', 'lockstep user disable qa-lead --json'],
  async run(context, { user: name }) {
    const client = await context.connect()
    const { id, version } = await findUser(client, name)
    const user = await client.changeUser({ user: id, disabled: true }, { ifMatch: version })
    return answer(context, user, `✓ ${name} cannot sign in any more.`)
  },
})
