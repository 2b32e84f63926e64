// Who gets what of the work that is there.

import { idOf, uuidOf } from '@lockstep/domain'
import type { ClaimRequest } from '../../ports/job-claims.ts'
import type { Offer } from './list-offers.ts'

/** A job for the agent of the request that stands at this place. */
export interface Match {
  readonly taker: number
  readonly offer: Offer
}

/**
 * What was leased goes to whom it is leased to; then each job, the oldest first, to the first request that may have it and
 * has room.
 */
export function matchOffers(
  requests: readonly ClaimRequest[],
  offers: readonly Offer[],
): readonly Match[] {
  const takers = requests.map((request, taker) => ({ request, taker, room: request.limit }))
  const byAgent = new Map(takers.map((taker) => [uuidOf(taker.request.agent), taker]))
  const byPool = new Map<string, typeof takers>()
  for (const taker of takers) {
    for (const pool of taker.request.pools) {
      const others = byPool.get(pool)
      if (others === undefined) byPool.set(pool, [taker])
      else others.push(taker)
    }
  }
  const taken = new Set<string>()
  const matches: Match[] = []
  for (const offer of offers.toSorted(leasedThenOldest)) {
    const waiting = byPool.get(offer.pool) ?? []
    while (waiting[0]?.room === 0) waiting.shift()
    const taker =
      offer.agent === null
        ? waiting.find(({ room, request }) => room > 0 && isFor(request, offer))
        : byAgent.get(offer.agent)
    if (taker === undefined || taker.room === 0 || taken.has(offer.id)) continue
    if (offer.agent !== null && taker.request.running.includes(idOf('job', offer.id))) continue
    taken.add(offer.id)
    taker.room -= 1
    matches.push({ taker: taker.taker, offer })
  }
  return matches
}

function leasedThenOldest(a: Offer, b: Offer): number {
  if ((a.agent === null) !== (b.agent === null)) return a.agent === null ? 1 : -1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** What an agent may take: the same words as in a request for work. */
export type Reach = Pick<ClaimRequest, 'pools' | 'environments' | 'projects'>

/** Whether this job may be given to an agent of this reach. */
export function mayTake(
  reach: Reach,
  offer: Pick<Offer, 'pool' | 'project' | 'environment'>,
): boolean {
  return reach.pools.includes(offer.pool) && isFor(reach, offer)
}

function isFor(
  { environments, projects }: Pick<Reach, 'environments' | 'projects'>,
  { project, environment }: Pick<Offer, 'project' | 'environment'>,
): boolean {
  return environment === null
    ? projects.includes(project)
    : environments.includes(idOf('env', environment))
}
