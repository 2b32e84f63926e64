import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const createGroup = command({
  words: 'group create',
  arguments: { name: { shown: 'NAME' } },
  flags: {
    title: {
      type: 'text',
      value: 'TITLE',
      summary: 'what people read; the name in words without it',
    },
  },
  summary: 'Make a group',
  examples: [
    'lockstep group create release-managers',
    'lockstep group create qa --title "Quality assurance"',
  ],
  async run(context, { name }, flags) {
    const client = await context.connect()
    const words = name.replaceAll('-', ' ')
    const title = flags.title ?? words.charAt(0).toUpperCase() + words.slice(1)
    const group = await client.createGroup({ name, title })
    return answer(
      context,
      group,
      `✓ Made group ${name}. Put people in:  lockstep group add ${name} USER`,
    )
  },
})
