import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'

export const changeRepository = command({
  words: 'repository change',
  arguments: { name: { shown: 'NAME', completes: 'repository' } },
  flags: {
    url: { type: 'text', value: 'URL', summary: 'where it is now' },
    every: { type: 'number', value: 'SECONDS', summary: 'how often to look for commits' },
  },
  summary: 'Follow a repository under another address, or in another rhythm',
  examples: [
    'lockstep repository change data-backend --url https://git.example.test/backend/data.git -p backend',
    'lockstep repository change data-backend --every 300 -p backend',
  ],
  async run(context, { name }, { url, every }) {
    if (url === undefined && every === undefined)
      throw new UsageRefusal('Say what is to be different, with --url or --every.')
    const client = await context.connect()
    const project = await findProject(context, client)
    const repository = await client.changeRepository({
      project: project.id,
      name,
      ...(url === undefined ? {} : { url }),
      ...(every === undefined ? {} : { pollMs: every * 1000 }),
    })
    const rhythm = `every ${repository.pollMs / 1000} s`
    return answer(
      context,
      repository,
      `✓ ${project.name} follows ${name} at ${repository.url}, ${rhythm}.`,
    )
  },
})
