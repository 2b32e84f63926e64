import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const deleteRepository = command({
  words: 'repository delete',
  arguments: { name: { shown: 'NAME', completes: 'repository' } },
  summary: 'Stop following a repository that no pipeline uses',
  examples: [
    'lockstep repository delete data-backend -p backend',
    'lockstep repository delete data-backend --json',
  ],
  async run(context, { name }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    await client.deleteRepository({ project: project.id, name })
    return answer(context, null, `✓ ${project.name} follows ${name} no longer.`)
  },
})
