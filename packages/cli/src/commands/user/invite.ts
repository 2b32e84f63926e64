import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { findUser } from './find-user.ts'

export const invite = command({
  words: 'user invite',
  arguments: { user: { shown: 'USER', completes: 'user' } },
  summary: 'Make a new link with which a person chooses a password',
  examples: ['lockstep user invite qa-lead', 'lockstep user invite qa-lead --json'],
  async run(context, { user: name }) {
    const client = await context.connect()
    const { id } = await findUser(client, name)
    const invitation = await client.inviteUser({ user: id })
    const until = presentTime(invitation.expiresAt, viewOf(context))
    return answer(
      context,
      invitation,
      `This link works once, until ${until}, and is not shown again:\n  ${invitation.link}`,
    )
  },
})
