import { answer, confirm } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { environmentFlag, findSecret } from './find-secret.ts'

export const deleteSecret = command({
  words: 'secret delete',
  arguments: { name: { shown: 'NAME' } },
  flags: {
    environment: environmentFlag,
    confirmed: { type: 'boolean', summary: 'answer the question with yes' },
  },
  summary: 'Forget a secret; what names it cannot be planned any more',
  examples: [
    'lockstep secret delete store-key -p mobile',
    'lockstep secret delete database-password --environment staging --confirmed',
  ],
  async run(context, { name }, { environment, confirmed }) {
    const client = await context.connect()
    const { id, project } = await findSecret(context, client, name, environment)
    const question = `The value of ${project}/${name} cannot be brought back. Delete?`
    if (!confirmed && !(await confirm(context, question, '--confirmed'))) return 1
    await client.deleteSecret({ secret: id })
    return answer(context, { secret: id }, `✓ ${name} is deleted.`)
  },
})
