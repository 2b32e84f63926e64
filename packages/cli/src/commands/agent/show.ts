import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { findAgent } from './find-agent.ts'

export const showAgent = command({
  words: 'agent show',
  arguments: { agent: { shown: 'AGENT', completes: 'agent' } },
  summary: 'Show an agent',
  examples: ['lockstep agent show eu-staging-1', 'lockstep agent show eu-staging-1 --json'],
  async run(context, { agent: name }) {
    const client = await context.connect()
    const agent = await findAgent(client, name)
    const view = viewOf(context)
    const seen = agent.lastSeenAt === null ? 'never' : presentTime(agent.lastSeenAt, view)
    const lines = [
      `${agent.name}, ${agent.state.replace('_', ' ')}, version ${agent.version ?? 'not known'}`,
      `Labels    ${agent.labels.join(', ')}`,
      `Works in  ${agent.assignments.length === 0 ? 'nothing; assign it with  lockstep agent assign' : agent.assignments.join(', ')}`,
      `Jobs now  ${agent.jobs}`,
      `Enrolled  ${presentTime(agent.enrolledAt, view)}, last seen ${seen}`,
    ]
    return answer(context, agent, lines.join('\n'))
  },
})
