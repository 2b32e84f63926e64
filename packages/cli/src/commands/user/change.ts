import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { findUser } from './find-user.ts'

export const changeUser = command({
  words: 'user change',
  arguments: { user: { shown: 'USER', completes: 'user' } },
  flags: {
    email: {
      type: 'text',
      value: 'E-MAIL',
      summary: 'where mails go; told to the address before, once the person has a password',
    },
    title: { type: 'text', value: 'TITLE', summary: 'what people read' },
  },
  summary: 'Give a person another address or another title',
  examples: [
    'lockstep user change qa-lead --email quality@example.test',
    'lockstep user change qa-lead --title "QA lead"',
  ],
  async run(context, { user: name }, { email, title }) {
    if (email === undefined && title === undefined)
      throw new UsageRefusal('Say what is to be different, with --email or --title.')
    const client = await context.connect()
    const { id, version } = await findUser(client, name)
    const change = {
      ...(email === undefined ? {} : { email }),
      ...(title === undefined ? {} : { title }),
    }
    const user = await client.changeUser({ user: id, ...change }, { ifMatch: version })
    return answer(context, user, `✓ ${name} is ${user.title}, and gets mails at ${user.email}.`)
  },
})
