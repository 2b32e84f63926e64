import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { createClient, Refused } from '@lockstep/client'

export const logout = command({
  words: 'logout',
  summary: 'Sign out, on the server and here',
  examples: ['lockstep logout', 'lockstep logout --server https://lockstep.example.test'],
  async run(context) {
    const kept = await context.sessions.find(context.server)
    if (kept === undefined) return answer(context, null, 'Nothing to do: you are not signed in.')
    const { server, session, name } = kept
    try {
      await createClient({ server, session }).signOut()
    } catch (error) {
      // A session that the server does not know any more is as good as ended.
      if (!(error instanceof Refused) || error.status !== 401) throw error
    }
    await context.sessions.remove(server)
    return answer(context, null, `✓ Signed ${name} out of ${server}.`)
  },
})
