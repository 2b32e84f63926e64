import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { findDefinition } from '../definition/find-definition.ts'
import { revisionNumber } from './revision-number.ts'

export const restore = command({
  words: 'revision restore',
  arguments: {
    definition: { shown: 'KIND/NAME', completes: 'definition' },
    revision: { shown: 'N' },
  },
  flags: { message: words('why') },
  summary: 'Make an old revision the newest again, as a new revision',
  examples: [
    'lockstep revision restore pipeline/connected-car 14 -m "The soak was too short"',
    'lockstep revision restore environment/staging 3 -y -m "Undo"',
  ],
  async run(context, { definition: address, revision }, flags) {
    const comment = reasonOf(flags.message, 'restoring a revision')
    const client = await context.connect()
    const { id, kind, name, revision: newest } = await findDefinition(context, client, address)
    const question = `Make revision ${revision} of ${kind} ${name} the newest, after revision ${newest}?`
    if (!context.yes && !(await confirm(context, question, '-y'))) return 1
    const restored = await client.restoreRevision({
      definition: id,
      revision: revisionNumber(revision),
      comment,
    })
    return answer(
      context,
      restored,
      `✓ ${kind} ${name} rev ${restored.revision}, as in rev ${revision}`,
    )
  },
})
