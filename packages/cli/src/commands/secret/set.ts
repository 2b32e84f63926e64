import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { environmentFlag, readValue } from './find-secret.ts'

export const setSecret = command({
  words: 'secret set',
  arguments: { name: { shown: 'NAME' } },
  flags: { environment: environmentFlag },
  summary: 'Keep a secret; its value is asked for, or piped in',
  examples: [
    'lockstep secret set store-key -p mobile < store-key.pem',
    'lockstep secret set database-password --environment staging',
  ],
  async run(context, { name }, { environment }) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const place =
      environment === undefined ? undefined : await findEnvironment(context, client, environment)
    const value = await readValue(context, name)
    const secret = await client.createSecret({
      project: project.id,
      name,
      value,
      ...(place === undefined ? {} : { environment: place.id }),
    })
    return answer(
      context,
      secret,
      `✓ ${name} is set. Definitions name it  secret('${name}') ; nobody can read it again.`,
    )
  },
})
