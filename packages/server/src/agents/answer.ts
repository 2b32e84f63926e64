// What the server answers an agent: a value, or a refusal by its code with what the agent needs to go on.

import type { AgentRefusal } from '@lockstep/contract'

export interface RefusedAgent {
  readonly ok: false
  readonly code: AgentRefusal
  readonly detail: string
  /** Bytes that are stored, for refusals that say where to go on. */
  readonly length?: number
  readonly serverTime?: number
  readonly retryAfterS?: number
}
export type AgentAnswer<Value> = { readonly ok: true; readonly value: Value } | RefusedAgent

export function refuseAgent(
  code: AgentRefusal,
  detail: string,
  more: Pick<RefusedAgent, 'length' | 'serverTime' | 'retryAfterS'> = {},
): RefusedAgent {
  return { ok: false, code, detail, ...more }
}

export function answerAgent<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value }
}
