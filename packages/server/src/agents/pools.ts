import type { AgentId } from '@lockstep/domain'

/** Work that names no label: any agent that is assigned there takes it. */
const ANY_AGENT = 'label:any'

/** Where an agent with these labels looks for work. */
export function poolsOf(agent: AgentId, labels: readonly string[]): readonly string[] {
  return [`agent:${agent}`, ANY_AGENT, ...labels.map((label) => `label:${label}`)]
}
