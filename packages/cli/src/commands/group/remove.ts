import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentChanged } from '../../present/ended-sessions.ts'
import { findGroup, findUser } from '../user/find-user.ts'

export const removeMember = command({
  words: 'group remove',
  arguments: {
    group: { shown: 'GROUP', completes: 'group' },
    user: { shown: 'USER', completes: 'user' },
  },
  summary: 'Take a person out of a group',
  examples: [
    'lockstep group remove release-managers release-manager-2',
    'lockstep group remove qa qa-lead --json',
  ],
  async run(context, { group: name, user: person }) {
    const client = await context.connect()
    const { id } = await findGroup(client, name)
    const user = await findUser(client, person)
    const group = await client.removeMember({ group: id, user: user.id })
    const sentence = `${person} is not in ${name} any more.`
    return answer(context, group, presentChanged(sentence, group.endedSessions))
  },
})
