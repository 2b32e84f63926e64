import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

const MARKS: Readonly<Record<string, string>> = {
  online: '✓',
  lost: '?',
  draining: '‖',
  revoked: '⊘',
  never_seen: '○',
}

export const listAgents = command({
  words: 'agent list',
  flags: { limit },
  summary: 'List agents, and what they are assigned to',
  examples: ['lockstep agent', 'lockstep agent list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const page = await client.listAgents({ limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'agent', value: ({ name }) => name },
        {
          title: 'state',
          value: ({ state }) => `${MARKS[state] ?? '?'} ${state.replace('_', ' ')}`,
        },
        { title: 'labels', value: ({ labels }) => labels.join(', ') },
        { title: 'assigned to', value: ({ assignments }) => assignments.join(', ') },
        { title: 'jobs', value: ({ jobs }) => String(jobs), align: 'right' },
        {
          title: 'seen',
          value: ({ lastSeenAt }) => (lastSeenAt === null ? '' : presentTime(lastSeenAt, view)),
          goes: 1,
        },
        { title: 'version', value: ({ version }) => version ?? '', goes: 2 },
      ],
      'There is no agent. Make a token for one:  lockstep agent enrol NAME',
    )
  },
})
