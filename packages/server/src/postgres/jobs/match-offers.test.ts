import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import type { ClaimRequest } from '../../ports/job-claims.ts'
import type { Offer } from './list-offers.ts'
import { matchOffers } from './match-offers.ts'

const PLACE = '00000000-0000-7000-8000-00000000e001'

function uuid(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
}

function request(n: number, patch: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    agent: idOf('agt', uuid(n)),
    pools: ['label:linux'],
    limit: 1,
    leaseMs: 60_000,
    environments: [],
    projects: [1],
    running: [],
    ...patch,
  }
}

function offer(n: number, patch: Partial<Offer> = {}): Offer {
  const keys = { project: 1, root: uuid(1), owner: uuid(2), id: uuid(n) }
  return { ...keys, pool: 'label:linux', environment: null, agent: null, ...patch }
}

/** Who gets what: `taker:job`. */
function matched(requests: readonly ClaimRequest[], offers: readonly Offer[]): readonly string[] {
  return matchOffers(requests, offers).map(
    ({ taker, offer: { id } }) => `${taker}:${Number(id.slice(-12))}`,
  )
}

suite('matching work and agents', () => {
  test('each job goes to one agent, the oldest first, to who asked first', () => {
    assert.deepEqual(matched([request(1), request(2)], [offer(13), offer(11), offer(12)]), [
      '0:11',
      '1:12',
    ])
  })

  test('an agent gets as many as it has room for', () => {
    const offers = [offer(11), offer(12), offer(13), offer(14)]
    assert.deepEqual(matched([request(1, { limit: 2 }), request(2)], offers), [
      '0:11',
      '0:12',
      '1:13',
    ])
  })

  test('only an agent that may take a job gets it', () => {
    const requests = [
      request(1, { pools: ['label:windows'] }),
      request(2, { projects: [2] }),
      request(3, { limit: 0 }),
      request(4, { environments: [idOf('env', PLACE)], projects: [] }),
      request(5),
    ]
    assert.deepEqual(matched(requests, [offer(11), offer(12, { environment: PLACE })]), [
      '4:11',
      '3:12',
    ])
  })

  test('what was leased goes to its agent again and takes the room, unless the agent says that it has it', () => {
    const offers = [offer(11), offer(12, { agent: uuid(1) })]
    assert.deepEqual(matched([request(1), request(2)], offers), ['0:12', '1:11'])
    const running = [idOf('job', uuid(12))]
    assert.deepEqual(matched([request(1, { running }), request(2)], offers), ['0:11'])
  })

  test('a job that is found by two ways is given once', () => {
    assert.deepEqual(matched([request(1, { limit: 2 })], [offer(11), offer(11)]), ['0:11'])
  })
})
