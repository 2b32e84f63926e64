import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findAgent } from './find-agent.ts'

export const drain = command({
  words: 'agent drain',
  arguments: { agent: { shown: 'AGENT', completes: 'agent' } },
  summary: 'Give an agent no new work; what it does it ends',
  examples: ['lockstep agent drain eu-staging-1', 'lockstep agent drain eu-staging-1 --json'],
  async run(context, { agent: name }) {
    const client = await context.connect()
    const { id } = await findAgent(client, name)
    const agent = await client.drainAgent({ agent: id })
    return answer(
      context,
      agent,
      `✓ ${name} gets no new work. ${agent.jobs === 0 ? 'It has none now.' : `Jobs that it still ends: ${agent.jobs}.`}`,
    )
  },
})
