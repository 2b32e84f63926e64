import { PAGE_LIMIT_MAX } from '@lockstep/contract'

import { findProject } from '../../address/project.ts'
import { answer, confirm } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { sayWhatFollows } from '../../present/trusted-key.ts'

export const deleteKey = command({
  words: 'key delete',
  arguments: { name: { shown: 'NAME' } },
  flags: { confirmed: { type: 'boolean', summary: 'answer the question with yes' } },
  summary: 'Trust a key no more: what it has signed does not count from now on',
  examples: [
    'lockstep key delete release-key -p backend',
    'lockstep key delete old-key --confirmed --json',
  ],
  async run(context, { name }, { confirmed }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    if (!confirmed) {
      const keys = (await client.listTrustedKeys({ project: project.id })).items
      if (!keys.some((key) => key.name === name)) {
        throw new Refusal(`${project.name} trusts no key "${name}".`, [
          `Those that it trusts:  lockstep key list -p ${project.name}`,
        ])
      }
      const artifacts = await client.listArtifacts({ project: project.id, limit: PAGE_LIMIT_MAX })
      const follows = sayWhatFollows({ name, project: project.name, keys, artifacts })
      if (!(await confirm(context, `${follows} Delete?`, '--confirmed'))) return 1
    }
    await client.removeTrustedKey({ project: project.id, name })
    return answer(context, null, `✓ ${project.name} trusts ${name} no more.`)
  },
})
