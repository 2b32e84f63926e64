import type { Agent } from './agents.ts'

/** How many are there, of all that are not evicted. */
export function countOnline(agents: readonly Pick<Agent, 'state'>[]): {
  readonly online: number
  readonly all: number
} {
  const present = agents.filter(({ state }) => state !== 'revoked')
  const online = present.filter(({ state }) => state === 'online' || state === 'draining')
  return { online: online.length, all: present.length }
}
