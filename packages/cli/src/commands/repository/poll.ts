import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const pollRepository = command({
  words: 'repository poll',
  arguments: { name: { shown: 'NAME', completes: 'repository' } },
  summary: 'Look for new commits now',
  examples: [
    'lockstep repository poll data-backend -p backend',
    'lockstep repository poll data-backend --json',
  ],
  async run(context, { name }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const repository = await client.pollRepository({ project: project.id, name })
    return answer(context, repository, `✓ ${name} is looked at now.`)
  },
})
