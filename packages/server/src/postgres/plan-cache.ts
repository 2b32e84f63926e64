// Plans by digest. They never change, so what is in memory is right for ever.

import type { Plan } from '@lockstep/domain'
import type { ClientBase } from 'pg'

export const CACHED_PLAN_BYTES_MAX = 64 * 1024 * 1024

interface Cached {
  readonly plan: Plan
  readonly bytes: number
}

/** The plans used lately, up to so many bytes of their text; the one used longest ago leaves first. */
export class PlanCache {
  readonly #plans = new Map<string, Cached>()
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax = CACHED_PLAN_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  find(digest: string): Plan | undefined {
    const found = this.#plans.get(digest)
    if (found === undefined) return undefined
    this.#plans.delete(digest)
    this.#plans.set(digest, found)
    return found.plan
  }

  keep(digest: string, plan: Plan, bytes: number): void {
    if (this.#plans.has(digest)) return
    this.#plans.set(digest, { plan, bytes })
    this.#bytes += bytes
    for (const [oldest, cached] of this.#plans) {
      // The newest stays, however big: it is needed now.
      if (this.#bytes <= this.#bytesMax || oldest === digest) return
      this.#plans.delete(oldest)
      this.#bytes -= cached.bytes
    }
  }

  /** Reads those that are not here. A digest that the database does not have stays unknown. */
  async load(client: Pick<ClientBase, 'query'>, digests: Iterable<string>): Promise<void> {
    const missing = [...new Set(digests)].filter((digest) => !this.#plans.has(digest))
    if (missing.length === 0) return
    const { rows } = await client.query<{ digest: string; body: Plan; bytes: number }>({
      name: 'read_plans',
      text: `SELECT p.digest, p.body, octet_length(p.body::text) AS bytes FROM unnest($1::text[]) AS t (digest)
             JOIN LATERAL (SELECT digest, body FROM plans WHERE digest = t.digest) p ON true`,
      values: [missing],
    })
    for (const { digest, body, bytes } of rows) this.keep(digest, body, bytes)
  }
}
