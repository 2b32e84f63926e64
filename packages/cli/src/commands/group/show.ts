import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findGroup } from '../user/find-user.ts'

export const showGroup = command({
  words: 'group show',
  arguments: { group: { shown: 'GROUP', completes: 'group' } },
  summary: 'Show a group and its members',
  examples: ['lockstep group show release-managers', 'lockstep group show release-managers --json'],
  async run(context, { group: name }) {
    const client = await context.connect()
    const group = await findGroup(client, name)
    const { items } = await client.listMembers({ group: group.id, limit: 200 })
    const members = items.length === 0 ? 'nobody' : items.map((user) => user.name).join(', ')
    return answer(
      context,
      { ...group, people: items },
      `${group.name} (${group.title})\nMembers  ${members}`,
    )
  },
})
