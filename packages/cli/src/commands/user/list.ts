import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import type { User } from '../../documents.ts'
import { presentTime, type View } from '../../present/time.ts'

export const listUsers = command({
  words: 'user list',
  flags: { limit },
  summary: 'List people',
  examples: ['lockstep user', 'lockstep user list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const view = viewOf(context)
    const page = await client.listUsers({ limit: flags.limit })
    return answerList(
      context,
      page,
      [
        { title: 'user', value: ({ name }) => name },
        { title: 'title', value: ({ title }) => title },
        { title: 'e-mail', value: ({ email }) => email, goes: 1 },
        { title: '', value: (user) => stateOf(user, view) },
      ],
      'There is nobody that you may see.',
    )
  },
})

/** Nothing for who signs in. */
function stateOf({ disabled, invited }: User, view: View): string {
  if (disabled) return 'disabled'
  if (invited === null) return ''
  return invited.until === null
    ? 'invited, the link has ended'
    : `invited, until ${presentTime(invited.until, view)}`
}
