import { createClient } from '@lockstep/client'

import { answer, askFor } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { DEFAULT_SERVER, parseServer } from '../../session/connect.ts'
import { readPassword } from './read-password.ts'

export const login = command({
  words: 'login',
  arguments: { server: { shown: 'SERVER', optional: true } },
  flags: { name: { type: 'text', value: 'NAME', summary: 'your name; asked for without it' } },
  summary: 'Sign in, and stay signed in on this account of this machine',
  examples: [
    'lockstep login https://lockstep.example.test',
    'lockstep login --name release-manager < password',
  ],
  async run(context, { server: typed }, flags) {
    const wanted = typed ?? context.server
    const kept = await context.sessions.find(undefined)
    const server = wanted === undefined ? (kept?.server ?? DEFAULT_SERVER) : parseServer(wanted)
    const name = await askFor(context, 'Name        ', flags.name, '--name')
    const password = await readPassword(context, 'Password    ')
    const client = createClient({ server })
    const { user } = await client.signIn({ name, password })
    const session = client.session()
    if (session !== undefined) await context.sessions.save({ server, name: user.name, session })
    return answer(context, user, `✓ Signed in to ${server} as ${user.name}.`)
  },
})
