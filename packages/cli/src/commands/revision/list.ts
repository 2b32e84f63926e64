import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { findDefinition } from '../definition/find-definition.ts'

export const listRevisions = command({
  words: 'revision list',
  arguments: { definition: { shown: 'KIND/NAME', completes: 'definition' } },
  flags: { limit },
  summary: 'List the revisions of a definition, newest first',
  examples: [
    'lockstep revision list pipeline/connected-car',
    'lockstep revision pipeline/connected-car',
  ],
  async run(context, { definition: address }, flags) {
    const client = await context.connect()
    const definition = await findDefinition(context, client, address)
    const page = await client.listRevisions({ definition: definition.id, limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'rev', value: ({ revision }) => String(revision), align: 'right' },
        { title: 'at', value: ({ at }) => presentTime(at, view) },
        { title: 'by', value: ({ editor }) => editor },
        {
          title: 'source',
          value: ({ source, aheadOfSource }) => (aheadOfSource ? `${source}, edited here` : source),
          goes: 1,
        },
        { title: 'why', value: ({ comment }) => comment },
      ],
      'There is no revision.',
    )
  },
})
