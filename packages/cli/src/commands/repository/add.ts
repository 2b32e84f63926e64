import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const addRepository = command({
  words: 'repository add',
  arguments: { name: { shown: 'NAME' }, url: { shown: 'URL' } },
  flags: { every: { type: 'number', value: 'SECONDS', summary: 'how often to look for commits' } },
  summary: 'Follow a Git repository: its commits start pipelines',
  examples: [
    'lockstep repository add data-backend https://git.example.test/data-backend.git -p backend',
    'lockstep repository add data-backend git@git.example.test:data-backend.git -p backend --every 60',
  ],
  async run(context, { name, url }, { every }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const repository = await client.addRepository({
      project: project.id,
      name,
      url,
      ...(every === undefined ? {} : { pollMs: every * 1000 }),
    })
    return answer(
      context,
      repository,
      `✓ ${project.name} follows ${name}, every ${repository.pollMs / 1000} s.`,
    )
  },
})
