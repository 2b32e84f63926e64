import { parseDefinition, presentAsYaml } from '@lockstep/define/check'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { findDefinition } from './find-definition.ts'

export const exportDefinition = command({
  words: 'export',
  arguments: { definition: { shown: 'KIND/NAME', completes: 'definition' } },
  flags: { revision: { type: 'number', value: 'N', summary: 'an older revision' } },
  summary: 'Print a definition as YAML',
  examples: [
    'lockstep export pipeline/connected-car',
    'lockstep export environment/staging > staging.yaml',
  ],
  async run(context, { definition: address }, { revision }) {
    const client = await context.connect()
    const newest = await findDefinition(context, client, address)
    const definition =
      revision === undefined
        ? newest
        : await client.showDefinition({ definition: newest.id, revision })
    const parsed = parseDefinition(definition.body)
    if (!parsed.ok) throw new Refusal('this definition was made by a newer version of Lockstep.')
    return answer(context, definition, presentAsYaml(parsed.definition).trimEnd())
  },
})
