import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const enrol = command({
  words: 'agent enrol',
  arguments: { name: { shown: 'NAME' } },
  flags: {
    label: {
      type: 'texts',
      value: 'LABEL',
      summary: 'what definitions call it by; may be repeated',
    },
  },
  summary: 'Make a one-time token with which an agent enrols',
  examples: [
    'lockstep agent enrol eu-staging-1 --label staging',
    'lockstep agent enrol bench-2 --label bench --label linux',
  ],
  async run(context, { name }, { label }) {
    const client = await context.connect()
    const enrolment = await client.createEnrolment({ name, labels: [...label] })
    const until = presentTime(enrolment.expiresAt, viewOf(context))
    return answer(
      context,
      enrolment,
      `${enrolment.token}\n\nGive it to the agent on ${name} as LOCKSTEP_ENROL_TOKEN. It works once, until ${until}, and is not shown again.`,
    )
  },
})
