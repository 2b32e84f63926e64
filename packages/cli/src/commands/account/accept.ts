import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { openOneTimeLink } from './one-time-link.ts'
import { NEW_PASSWORD_HINT, readPassword } from './read-password.ts'

export const accept = command({
  words: 'user accept',
  arguments: { link: { shown: 'LINK' } },
  summary: 'Choose your password with the one-time link that you were given, and sign in',
  examples: [
    "lockstep user accept 'http://127.0.0.1:4600/invitation#in_…'",
    "lockstep user accept 'http://127.0.0.1:4600/invitation#in_…' < password",
  ],
  async run(context, { link }) {
    const { client, server, code } = await openOneTimeLink(context, link, 'invitation')
    const password = await readPassword(context, 'Password    ', NEW_PASSWORD_HINT)
    const { user } = await client.acceptInvitation({ code, password })
    const session = client.session()
    if (session !== undefined) await context.sessions.save({ server, name: user.name, session })
    return answer(context, user, `✓ Signed in to ${server} as ${user.name}.`)
  },
})
