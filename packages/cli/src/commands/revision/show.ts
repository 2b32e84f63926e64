import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findDefinition } from '../definition/find-definition.ts'
import { revisionNumber } from './revision-number.ts'

export const showRevision = command({
  words: 'revision show',
  arguments: {
    definition: { shown: 'KIND/NAME', completes: 'definition' },
    revision: { shown: 'N' },
  },
  summary: 'Show a definition as it was in a revision',
  examples: [
    'lockstep revision show pipeline/connected-car 14',
    'lockstep revision show environment/staging 3 --json',
  ],
  async run(context, { definition: address, revision }) {
    const client = await context.connect()
    const { id } = await findDefinition(context, client, address)
    const definition = await client.showDefinition({
      definition: id,
      revision: revisionNumber(revision),
    })
    return answer(context, definition, JSON.stringify(definition.body, null, 2))
  },
})
