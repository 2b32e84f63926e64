import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentPlan } from '../../present/plan.ts'
import { startAgain, SUBJECT_FLAGS, subjectOf } from './start-input.ts'

export const plan = command({
  words: 'plan',
  arguments: { thing: { shown: 'THING', completes: 'startable' } },
  flags: SUBJECT_FLAGS,
  summary: 'Show everything that a run would do, and start nothing',
  examples: ['lockstep plan connected-car-2.0', 'lockstep plan connected-car --parameter soak=30m'],
  async run(context, { thing }, flags) {
    const client = await context.connect()
    const made = await client.makePlan(await subjectOf(context, client, thing, flags))
    return answer(context, made, presentPlan(made, viewOf(context), startAgain(thing, flags)))
  },
})
