import {
  compareDefinitions,
  parseDefinition,
  presentDifference,
  type Definition as Parsed,
} from '@lockstep/define/check'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import type { Definition } from '../../documents.ts'
import { findDefinition } from '../definition/find-definition.ts'
import { revisionNumber } from './revision-number.ts'

export const diffRevisions = command({
  words: 'revision diff',
  arguments: {
    definition: { shown: 'KIND/NAME', completes: 'definition' },
    from: { shown: 'N' },
    to: { shown: 'M' },
  },
  summary: 'Show what differs between two revisions of a definition',
  examples: [
    'lockstep revision diff pipeline/connected-car 14 15',
    'lockstep revision diff environment/staging 3 5 --json',
  ],
  async run(context, { definition: address, from, to }) {
    const client = await context.connect()
    const { id } = await findDefinition(context, client, address)
    const [before, after] = await Promise.all(
      [from, to].map((revision) =>
        client.showDefinition({ definition: id, revision: revisionNumber(revision) }),
      ),
    )
    if (before === undefined || after === undefined) throw new Refusal('there is no such revision.')
    const comparison = compareDefinitions([parsed(before)], [parsed(after)], {
      project: after.project,
    })
    const { kind, name, project, source } = after
    const text = presentDifference(comparison, {
      source,
      project,
      server: new URL(client.server).host,
      revisions: new Map([[`${kind} ${name}`, before.revision]]),
    })
    return answer(context, comparison, text)
  },
})

function parsed(definition: Definition): Parsed {
  const found = parseDefinition(definition.body)
  if (found.ok) return found.definition
  throw new Refusal(`revision ${definition.revision} was made by a newer version of Lockstep.`)
}
