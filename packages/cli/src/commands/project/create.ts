import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const createProject = command({
  words: 'project create',
  arguments: { name: { shown: 'NAME' } },
  flags: {
    title: {
      type: 'text',
      value: 'TITLE',
      summary: 'what people read; the name in words without it',
    },
  },
  summary: 'Make a project',
  examples: [
    'lockstep project create connected-car',
    'lockstep project create backend --title "Data backend"',
  ],
  async run(context, { name }, flags) {
    const client = await context.connect()
    const words = name.replaceAll('-', ' ')
    const title = flags.title ?? words.charAt(0).toUpperCase() + words.slice(1)
    const project = await client.createProject({ name, title })
    return answer(
      context,
      project,
      `✓ Made project ${name}. Its owner:  lockstep role grant project_owner USER -p ${name}`,
    )
  },
})
