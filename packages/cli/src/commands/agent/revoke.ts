import { answer, confirm, tell } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findAgent } from './find-agent.ts'

export const revokeAgent = command({
  words: 'agent revoke',
  arguments: { agent: { shown: 'AGENT', completes: 'agent' } },
  flags: {
    confirmed: { type: 'boolean', summary: 'in a script: it is meant; -y does not say so' },
  },
  summary: 'Shut an agent out, at once and for ever',
  examples: [
    'lockstep agent revoke eu-staging-1',
    'lockstep agent revoke eu-staging-1 --confirmed',
  ],
  async run(context, { agent: name }, { confirmed }) {
    const client = await context.connect()
    const { id, jobs } = await findAgent(client, name)
    if (jobs > 0) tell(context, `It has ${jobs} jobs, of which nobody will know what became.`)
    if (!confirmed && !(await confirm(context, `Shut ${name} out for ever?`, '--confirmed')))
      return 1
    const agent = await client.revokeAgent({ agent: id })
    return answer(context, agent, `⊘ ${name} is shut out.`)
  },
})
