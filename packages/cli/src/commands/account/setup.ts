import { answer, askFor } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { openOneTimeLink } from './one-time-link.ts'
import { NEW_PASSWORD_HINT, readPassword } from './read-password.ts'

export const setup = command({
  words: 'setup',
  arguments: { link: { shown: 'LINK' } },
  flags: {
    name: { type: 'text', value: 'NAME', summary: 'your name to sign in with' },
    email: { type: 'text', value: 'ADDRESS', summary: 'your e-mail address' },
  },
  summary: 'Make the first administrator, with the one-time link that the server prints',
  examples: [
    "lockstep setup 'http://127.0.0.1:4600/setup#fs_…'",
    "lockstep setup 'http://127.0.0.1:4600/setup#fs_…' --name admin --email admin@example.test < password",
  ],
  async run(context, { link }, flags) {
    const { client, server, code } = await openOneTimeLink(context, link, 'setup')
    const name = await askFor(context, 'Name        ', flags.name, '--name')
    const email = await askFor(context, 'E-mail      ', flags.email, '--email')
    const password = await readPassword(context, 'Password    ', NEW_PASSWORD_HINT)
    const signedIn = await client.setUp({ code, name, email, password })
    const session = client.session()
    if (session !== undefined) await context.sessions.save({ server, name, session })
    return answer(
      context,
      signedIn.user,
      `✓ Made administrator "${name}" and signed you in to ${server}.\n  An administrator may change everything and approves nothing. Next: lockstep init`,
    )
  },
})
