import { queryOptions } from '@tanstack/react-query'
import { parseId } from '@lockstep/domain'
import { AGENTS_EVERY_MS, type Agent } from '../../lib/agents.ts'
import { api } from '../../lib/api.ts'
import type { ShownState } from '../../ui/state.ts'

/** One agent, evicted or not. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function agentQuery(id: string) {
  const agent = parseId('agt', id)
  return queryOptions({
    queryKey: ['agents', id],
    queryFn: () => (agent === undefined ? null : api.showAgent({ agent })),
    refetchInterval: AGENTS_EVERY_MS,
  })
}

/** What it was given to do. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function agentJobsQuery(agent: Agent['id']) {
  return queryOptions({
    queryKey: ['agents', agent, 'jobs'],
    queryFn: () => api.listAgentJobs({ agent }),
    refetchInterval: AGENTS_EVERY_MS,
  })
}

/** How each state of an agent is drawn and called. */
export const AGENT_STATES: Readonly<
  Record<Agent['state'], { readonly shown: ShownState; readonly words: string }>
> = {
  online: { shown: 'passed', words: 'online' },
  lost: { shown: 'unknown', words: 'not heard of' },
  draining: { shown: 'on_hold', words: 'draining' },
  revoked: { shown: 'aborted', words: 'evicted' },
  never_seen: { shown: 'not_started', words: 'never seen' },
}
