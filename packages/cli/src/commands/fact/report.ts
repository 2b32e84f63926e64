import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { factValueOf } from './fact-value.ts'

export const reportFact = command({
  words: 'fact report',
  arguments: { name: { shown: 'NAME' }, value: { shown: 'VALUE' } },
  flags: {
    text: { type: 'boolean', summary: 'the value is text, also when it looks like a number' },
  },
  summary: 'Report a fact for the conditions of gates',
  examples: [
    'lockstep fact report incidents.sev1 0 -p connected-car',
    'lockstep fact report build.number 12 --text -p connected-car',
  ],
  async run(context, { name, value: typed }, { text }) {
    const value = text ? typed : factValueOf(typed)
    const client = await context.connect()
    const project = await findProject(context, client)
    await client.reportFact({ project: project.id, name, value })
    return answer(
      context,
      { project: project.id, name, value },
      `✓ facts.${name} is ${JSON.stringify(value)} in ${project.name}.`,
    )
  },
})
