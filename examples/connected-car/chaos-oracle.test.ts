// The oracle of chaos sees every kind of fault: evidence of a good round, with one fault put in by chance.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { createChance } from './demo/chaos-kill.ts'
import {
  findViolations,
  type KnownJob,
  type Lease,
  type RoundEvidence,
  type Start,
} from './demo/chaos-oracle.ts'

const VERSION = '2.0.7'
const HOSTS = ['prod-car-1', 'prod-car-2', 'prod-car-3', 'prod-phone-1']
const SEEDS = 40

/** A round in which each host was restarted by its job; on the first one the attempt before was lost. */
function goodRound(): RoundEvidence {
  const jobs = HOSTS.map((resource, index): KnownJob => {
    const id = `job_${index}`
    return { id, link: 'restart', resource, state: 'succeeded', cause: index === 0 ? 'lost' : null }
  })
  const lost: KnownJob = { ...at(jobs, 0), id: 'job_lost', state: 'unknown', cause: null }
  const starts = [...jobs, lost].map(({ id, resource }) => start(resource, id))
  return {
    version: VERSION,
    starts: [...starts, { ...start('prod-car-1', 'job_of_before'), version: '2.0.6' }],
    leases: [...jobs, lost].map(({ id, resource }) => lease(resource, id)),
    jobs: [...jobs, lost],
    runsOfCommit: new Map([
      ['vehicle-firmware', 1],
      ['mobile-app', 1],
    ]),
    places: HOSTS.map(placeOn),
    installed: HOSTS.map((host) => ({
      place: placeOn(host),
      version: VERSION,
      isVerified: true,
    })),
    running: HOSTS.map((host) => ({
      place: placeOn(host),
      running: 'sha256:a',
      built: 'sha256:a',
    })),
    auditFault: undefined,
  }
}

const placeOn = (host: string): string => `telemetry-agent on ${host}`

function start(host: string, job: string): Start {
  return { host, component: 'telemetry-agent', version: VERSION, job }
}

function lease(host: string, job: string): Lease {
  return { host, job, fence: 1, started: 1 }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  assert.ok(item !== undefined)
  return item
}

/** The list with the item at the index replaced, or taken out. */
function replace<Item>(items: readonly Item[], index: number, by?: Item): readonly Item[] {
  return items.flatMap((item, position) =>
    position === index ? (by === undefined ? [] : [by]) : [item],
  )
}

type Fault = (good: RoundEvidence, index: number) => RoundEvidence

const FAULTS: Readonly<Record<string, { put: Fault; seen: RegExp }>> = {
  'a target that one attempt started twice': {
    put: (good, index) => ({ ...good, starts: [...good.starts, at(good.starts, index)] }),
    seen: /^started twice: telemetry-agent on prod-/,
  },
  'a start by an attempt that the server does not know': {
    put: (good, index) => ({
      ...good,
      starts: [...good.starts, start(at(HOSTS, index), 'job_of_nobody')],
    }),
    seen: /^started without notice: .* by job_of_nobody$/,
  },
  'a start on another host than the server shows': {
    put: (good, index) => ({
      ...good,
      starts: replace(good.starts, index, { ...at(good.starts, index), host: 'staging-car-1' }),
    }),
    seen: /^started without notice: .* on staging-car-1 by job_/,
  },
  'a step called done that its target has not seen': {
    put: (good, index) => ({ ...good, starts: replace(good.starts, index) }),
    seen: /^never executed: restart on prod-/,
  },
  'a job that two leases began': {
    put: (good, index) => ({
      ...good,
      leases: [...good.leases, { ...at(good.leases, index), fence: 2 }],
    }),
    seen: /^begun twice, by the journals of the agents: job_/,
  },
  'a job that one lease began twice': {
    put: (good, index) => ({
      ...good,
      leases: replace(good.leases, index, { ...at(good.leases, index), started: 2 }),
    }),
    seen: /^begun twice, by the journals of the agents: job_/,
  },
  'a commit that began no run': {
    put: (good) => ({ ...good, runsOfCommit: new Map([['mobile-app', 0]]) }),
    seen: /^the commit to mobile-app began 0 runs$/,
  },
  'a commit that began two runs': {
    put: (good) => ({ ...good, runsOfCommit: new Map([['mobile-app', 2]]) }),
    seen: /^the commit to mobile-app began 2 runs$/,
  },
  'a component of which the inventory knows nothing': {
    put: (good, index) => ({ ...good, installed: replace(good.installed, index) }),
    seen: /^telemetry-agent on prod-.* is lost, not 2\.0\.7$/,
  },
  'a component that stayed at the version before': {
    put: (good, index) => ({
      ...good,
      installed: replace(good.installed, index, {
        ...at(good.installed, index),
        version: '2.0.6',
      }),
    }),
    seen: /^telemetry-agent on prod-.* is 2\.0\.6, not 2\.0\.7$/,
  },
  'a component that nobody has read again': {
    put: (good, index) => ({
      ...good,
      installed: replace(good.installed, index, {
        ...at(good.installed, index),
        isVerified: false,
      }),
    }),
    seen: /^telemetry-agent on prod-.* is not verified$/,
  },
  'other bytes than were built': {
    put: (good, index) => ({
      ...good,
      running: replace(good.running, index, { ...at(good.running, index), running: 'sha256:b' }),
    }),
    seen: /^telemetry-agent on prod-.* runs sha256:b, not sha256:a$/,
  },
  'a program that does not answer': {
    put: (good, index) => ({ ...good, running: replace(good.running, index) }),
    seen: /^telemetry-agent on prod-.* runs nothing, not what was built$/,
  },
  'a broken audit trail': {
    put: (good) => ({ ...good, auditFault: 'lane 1 at 77' }),
    seen: /^the audit trail is broken: lane 1 at 77$/,
  },
}

suite('the oracle of chaos', () => {
  test('has nothing to say of a good round, with an attempt that was lost and repeated', () => {
    assert.deepEqual(findViolations(goodRound()), [])
  })

  for (const [name, { put, seen }] of Object.entries(FAULTS)) {
    test(`sees ${name}, wherever it is`, () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const index = Math.floor(createChance(seed)() * HOSTS.length)
        const violations = findViolations(put(goodRound(), index))
        assert.equal(violations.length, 1, `seed ${seed}: ${violations.join('; ')}`)
        assert.match(at(violations, 0), seen, `seed ${seed}`)
      }
    })
  }
})
