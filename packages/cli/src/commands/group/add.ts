import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentChanged } from '../../present/ended-sessions.ts'
import { findGroup, findUser } from '../user/find-user.ts'

export const addMember = command({
  words: 'group add',
  arguments: {
    group: { shown: 'GROUP', completes: 'group' },
    user: { shown: 'USER', completes: 'user' },
  },
  summary: 'Put a person into a group',
  examples: [
    'lockstep group add release-managers release-manager-2',
    'lockstep group add qa qa-lead --json',
  ],
  async run(context, { group: name, user: person }) {
    const client = await context.connect()
    const { id } = await findGroup(client, name)
    const user = await findUser(client, person)
    const group = await client.addMember({ group: id, user: user.id })
    return answer(context, group, presentChanged(`${person} is in ${name}.`, group.endedSessions))
  },
})
