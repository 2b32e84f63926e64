// `application delete`, `pipeline delete`, `environment delete`, `release delete`: one command for each kind.

import { parseThingAddress, type Kind } from '../../address/address.ts'
import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words, type Command } from '../../command/command.ts'
import { findNamed } from './find-definition.ts'

/** Declares `KIND delete NAME`. */
export function deleteCommand(kind: Kind, example: string): Command {
  return command({
    words: `${kind} delete`,
    arguments: { name: { shown: kind.toUpperCase(), completes: kind } },
    flags: {
      message: words('why'),
      'allow-breaking': {
        type: 'boolean',
        summary: 'also where definitions of others name it; their owners get a message',
      },
      confirmed: { type: 'boolean', summary: 'answer the question with yes' },
    },
    summary: `Take ${kind === 'application' || kind === 'environment' ? 'an' : 'a'} ${kind} out of use; its history stays`,
    examples: [
      `lockstep ${kind} delete ${example} -m "Replaced"`,
      `lockstep ${kind} delete ${example} -m "Replaced" --confirmed`,
    ],
    async run(context, { name }, flags) {
      const comment = reasonOf(flags.message, 'a deletion')
      const client = await context.connect()
      const found = await findNamed(context, client, kind, parseThingAddress(name))
      const question = `${kind} ${found.name}, revision ${found.revision}, takes no new runs. Delete?`
      if (!flags.confirmed && !(await confirm(context, question, '--confirmed'))) return 1
      const retired = await client.retireDefinition({
        definition: found.id,
        comment,
        allowBreaking: flags['allow-breaking'],
      })
      return answer(
        context,
        retired,
        `✓ ${kind} ${found.name} is retired. Take it out of "${found.source}", too: the next apply from there would make it anew.`,
      )
    },
  })
}
