import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const deleteKey = command({
  words: 'key delete',
  arguments: { name: { shown: 'NAME' } },
  summary: 'Trust a key no more: what it has signed does not count from now on',
  examples: ['lockstep key delete release-key -p backend', 'lockstep key delete old-key --json'],
  async run(context, { name }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    await client.removeTrustedKey({ project: project.id, name })
    return answer(context, null, `✓ ${project.name} trusts ${name} no more.`)
  },
})
