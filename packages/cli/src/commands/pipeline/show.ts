import { parseDefinition, presentAsYaml } from '@lockstep/define/check'

import { parseThingAddress } from '../../address/address.ts'
import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { findNamed } from '../definition/find-definition.ts'

export const showPipeline = command({
  words: 'pipeline show',
  arguments: { pipeline: { shown: 'PIPELINE', completes: 'pipeline' } },
  summary: 'Show a pipeline as it is defined now',
  examples: [
    'lockstep pipeline show data-backend',
    'lockstep pipeline show backend/data-backend --json',
  ],
  async run(context, { pipeline: name }) {
    const client = await context.connect()
    const definition = await findNamed(context, client, 'pipeline', parseThingAddress(name))
    const { project, revision, editor, at, comment } = definition
    const why = comment === '' ? '' : `: ${comment}`
    const parsed = parseDefinition(definition.body)
    const text = parsed.ok
      ? presentAsYaml(parsed.definition)
      : JSON.stringify(definition.body, null, 2)
    const head = `# ${project}/${definition.name}, rev ${revision}, by ${editor}, ${presentTime(at, viewOf(context))}${why}`
    return answer(context, definition, `${head}\n${text.trimEnd()}`)
  },
})
