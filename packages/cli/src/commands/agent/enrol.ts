import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { serverOf } from '../../session/connect.ts'

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
    const { token, expiresAt } = enrolment
    if (context.quiet) return answer(context, enrolment, token)
    const server = await serverOf(context.sessions, context)
    const until = presentTime(expiresAt, viewOf(context))
    return answer(context, enrolment, presentFirstStart({ server, name, token, until }))
  },
})

/** What to type on the host. A name and a token of the contract have no character that a shell reads. */
function presentFirstStart(start: {
  readonly server: string
  readonly name: string
  readonly token: string
  readonly until: string
}): string {
  const { server, name, token, until } = start
  return `Type on ${name}:

  LOCKSTEP_SERVER=${server} \\
  LOCKSTEP_AGENT_NAME=${name} \\
  LOCKSTEP_ENROL_TOKEN=${token} \\
  node /usr/lib/lockstep/lockstep-agent.cjs

In a clone of Lockstep, to try it, the last line is  npm run agent
The token works once, until ${until}, and is not shown again. When ${name} has connected, say where it may work:
  lockstep agent assign ${name} PROJECT/ENVIRONMENT`
}
