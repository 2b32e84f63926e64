import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const createUser = command({
  words: 'user create',
  arguments: { name: { shown: 'NAME' }, email: { shown: 'E-MAIL' } },
  flags: {
    title: { type: 'text', value: 'TITLE', summary: 'what people read; the name without it' },
  },
  summary: 'Make a user, and a link with which they choose their password',
  examples: [
    'lockstep user create qa-lead qa-lead@example.test',
    'lockstep user create qa-lead qa-lead@example.test --title "QA lead"',
  ],
  async run(context, { name, email }, flags) {
    const client = await context.connect()
    const invitation = await client.createUser({ name, email, title: flags.title ?? name })
    const until = presentTime(invitation.expiresAt, viewOf(context))
    return answer(
      context,
      invitation,
      `✓ Made user ${name}. This link works once, until ${until}, and is not shown again:\n  ${invitation.link}\n  or in a terminal:  lockstep user accept '${invitation.link}'`,
    )
  },
})
