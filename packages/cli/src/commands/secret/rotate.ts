import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { environmentFlag, findSecret, readValue } from './find-secret.ts'

export const rotateSecret = command({
  words: 'secret rotate',
  arguments: { name: { shown: 'NAME' } },
  flags: { environment: environmentFlag },
  summary: 'Give a secret another value, for what begins from now on',
  examples: [
    'lockstep secret rotate store-key -p mobile < store-key.pem',
    'lockstep secret rotate database-password --environment staging',
  ],
  async run(context, { name }, { environment }) {
    const client = await context.connect()
    const { id } = await findSecret(context, client, name, environment)
    const value = await readValue(context, name)
    const secret = await client.rotateSecret({ secret: id, value })
    return answer(context, secret, `✓ ${name} has version ${secret.version}.`)
  },
})
