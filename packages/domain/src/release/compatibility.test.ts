import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import fc from 'fast-check'

import {
  judgeCompatibility,
  mismatchText,
  planOrder,
  type Fielded,
  type Mismatch,
  type Offer,
} from './compatibility.ts'
import { parseProvided, parseRequired, rangesMeet, type ContractRange } from './contract-range.ts'

const BACKEND = 'backend/data-backend'
const FIRMWARE = 'embedded/vehicle-firmware'
const APP = 'mobile/mobile-app'
const API = 'telemetry-api'

const backend = (version: string, provides: string): Offer => ({
  application: BACKEND,
  component: 'ingest-api',
  version,
  provides: { [API]: provides },
  requires: {},
})
const firmware = (version: string, requires: string): Offer => ({
  application: FIRMWARE,
  component: 'telemetry-agent',
  version,
  provides: {},
  requires: { [API]: requires },
})
const phones = (version: string, requires: string): Offer => ({
  application: APP,
  component: 'owner-app',
  version,
  provides: {},
  requires: { [API]: requires },
})
/** Runs on hosts: gone when the next one is there. */
const onHosts = (offer: Offer, count = 9): Fielded => ({
  ...offer,
  count,
  where: 'production',
  leaves: true,
})
/** Runs on cars or phones: stays for long. */
const outside = (offer: Offer, count: number): Fielded => ({
  ...offer,
  count,
  where: 'production',
  leaves: false,
})

function mismatches(answer: { readonly fits: boolean }): readonly Mismatch[] {
  return 'mismatches' in answer ? (answer.mismatches as readonly Mismatch[]) : []
}

suite('judgeCompatibility', () => {
  const field = [onHosts(backend('1.12.3', '1')), outside(firmware('1.8.4', '1'), 1_204)]

  test('lets a backend through that goes on serving the cars that are out there', () => {
    const brings = [backend('2.0.0', '1..2'), firmware('2.0.0', '>=2')]
    assert.deepEqual(judgeCompatibility({ brings, field }), { fits: true })
  })

  test('refuses a backend that leaves cars without a partner, and names the pair and the number', () => {
    const answer = judgeCompatibility({ brings: [backend('3.0.0', '2')], field })
    assert.deepEqual(mismatches(answer), [
      {
        contract: API,
        consumer: {
          application: FIRMWARE,
          component: 'telemetry-agent',
          version: '1.8.4',
          needs: '1',
          count: 1_204,
          where: 'production',
        },
        provider: {
          application: BACKEND,
          component: 'ingest-api',
          version: '3.0.0',
          provides: '2',
        },
      },
    ])
    assert.equal(
      mismatches(answer).map(mismatchText).join(),
      'ingest-api 3.0.0 provides telemetry-api 2; 1,204 in production run telemetry-agent 1.8.4, ' +
        'which needs 1. Update them first, or keep providing 1.',
    )
  })

  test('refuses what it brings when nothing out there serves it', () => {
    const answer = judgeCompatibility({ brings: [firmware('2.0.0', '>=2')], field })
    assert.equal(
      mismatches(answer).map(mismatchText).join(),
      'ingest-api 1.12.3 provides telemetry-api 1; telemetry-agent 2.0.0 needs >=2. ' +
        'Deliver what provides >=2 first, or let it work with 1.',
    )
  })

  test('refuses what needs a contract that nothing provides', () => {
    const answer = judgeCompatibility({ brings: [firmware('2.0.0', '2')], field: [] })
    assert.equal(
      mismatches(answer).map(mismatchText).join(),
      'Nothing provides telemetry-api; telemetry-agent 2.0.0 needs 2. Deliver what provides it first.',
    )
  })

  test('does not count what nobody runs any more', () => {
    const gone = [outside(firmware('1.8.4', '1'), 0)]
    assert.equal(judgeCompatibility({ brings: [backend('3.0.0', '2')], field: gone }).fits, true)
  })

  test('does not ask old and new parts of one application to understand each other', () => {
    const dashboard = { ...firmware('1.0.0', '1'), application: BACKEND, component: 'dashboard' }
    const old = [outside(dashboard, 1)]
    assert.equal(judgeCompatibility({ brings: [backend('3.0.0', '2')], field: old }).fits, true)
  })

  test('asks everything to understand each version of a provider that it may meet', () => {
    const both = [outside(backend('1.12.3', '1'), 2), outside(backend('2.0.0', '1..2'), 7)]
    const answer = judgeCompatibility({ brings: [firmware('2.0.0', '>=2')], field: both })
    assert.deepEqual(
      mismatches(answer).map(({ provider }) => provider?.version),
      ['1.12.3'],
    )
  })

  test('is content with one component that fits, where several provide the contract', () => {
    const proxy = onHosts({ ...backend('1.0.0', '1'), component: 'old-proxy' })
    const brings = [backend('2.0.0', '2'), firmware('2.0.0', '2')]
    assert.equal(judgeCompatibility({ brings, field: [proxy] }).fits, true)
  })

  test('lets nothing fit that it cannot read', () => {
    const brings = [backend('2.0.0', 'two'), firmware('2.0.0', '2')]
    assert.equal(judgeCompatibility({ brings, field: [] }).fits, false)
  })
})

suite('planOrder', () => {
  const expand = {
    brings: [backend('2.0.0', '1..2'), firmware('2.0.0', '>=2'), phones('2.0.0', '>=2')],
    field: [
      onHosts(backend('1.12.3', '1')),
      outside(firmware('1.8.4', '1'), 18_432),
      outside(phones('1.9.2', '1'), 40_000),
    ],
  }

  test('proves the wanted order when every state in between fits', () => {
    const order = [BACKEND, FIRMWARE, APP]
    assert.deepEqual(planOrder({ ...expand, applications: order }), { fits: true, order })
  })

  test('refuses an order with the pair that does not fit, and offers one that does', () => {
    const answer = planOrder({ ...expand, applications: [FIRMWARE, BACKEND, APP] })
    assert.ok(!answer.fits)
    assert.equal(answer.after, FIRMWARE)
    assert.deepEqual(answer.offered, [BACKEND, FIRMWARE, APP])
    const [pair] = answer.mismatches
    assert.deepEqual([pair?.consumer.version, pair?.provider?.version], ['2.0.0', '1.12.3'])
  })

  test('refuses when no order fits, and offers none', () => {
    const answer = planOrder({
      applications: [BACKEND, FIRMWARE],
      brings: [backend('2.0.0', '2'), firmware('2.0.0', '2')],
      field: [onHosts(backend('1.12.3', '1')), onHosts(firmware('1.8.4', '1'), 6)],
    })
    assert.ok(!answer.fits)
    assert.equal(answer.offered, undefined)
    assert.deepEqual([answer.after, answer.mismatches[0]?.consumer.count], [BACKEND, 6])
  })

  test('does not blame a step in between for what had no partner before', () => {
    const field = [onHosts(backend('1.12.3', '1')), onHosts(firmware('1.0.0', '7'), 3)]
    const brings = [backend('2.0.0', '1..2'), firmware('2.0.0', '2')]
    const answer = planOrder({ applications: [BACKEND, FIRMWARE], brings, field })
    assert.equal(answer.fits, true)
  })

  test('refuses a release after which something still has no partner', () => {
    const field = [onHosts(backend('1.12.3', '1')), outside(firmware('0.9.0', '7'), 3)]
    const answer = planOrder({ applications: [BACKEND], brings: [backend('2.0.0', '1')], field })
    assert.equal(answer.fits, false)
  })
})

// ── arbitrary releases ───────────────────────────────────────────────────────────────────────

const NAMES = ['team/a', 'team/b', 'team/c', 'team/d'] as const
const RANGE = fc.constantFrom('1', '2', '3', '1..2', '2..3')
const NEED = fc.oneof(RANGE, fc.constantFrom('>=1', '>=2', '>=3'))
const CONTRACT = fc.constantFrom('x', 'y')
const CONTRACTS = fc.record({
  provides: fc.dictionary(CONTRACT, RANGE, { maxKeys: 1 }),
  requires: fc.dictionary(CONTRACT, NEED, { maxKeys: 1 }),
})
const RELEASE = fc
  .tuple(
    fc.subarray([...NAMES], { minLength: 1 }),
    fc.array(CONTRACTS, { minLength: 8, maxLength: 8 }),
    fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  )
  .map(([applications, contracts, leaves]) => {
    const offer = (application: string, version: string, index: number): Offer => ({
      application,
      component: 'part',
      version,
      provides: contracts[index]?.provides ?? {},
      requires: contracts[index]?.requires ?? {},
    })
    return {
      applications,
      brings: applications.map((name) => offer(name, '2', NAMES.indexOf(name))),
      field: NAMES.map((name, index): Fielded => ({
        ...offer(name, '1', index + 4),
        count: index + 1,
        where: 'field',
        leaves: leaves[index] ?? true,
      })),
    }
  })

function permutations(list: readonly string[]): readonly (readonly string[])[] {
  if (list.length === 0) return [[]]
  return list.flatMap((first) =>
    permutations(list.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  )
}

/** Who lacks a partner for what. */
function lack({ contract, consumer }: Mismatch): string {
  return JSON.stringify([contract, consumer])
}

suite('any release', () => {
  test('is offered an order exactly when one of all orders fits', () => {
    const seen = { fits: 0, offered: 0, none: 0 }
    fc.assert(
      fc.property(RELEASE, (release) => {
        const answer = planOrder(release)
        const some = permutations(release.applications).some(
          (applications) => planOrder({ ...release, applications }).fits,
        )
        assert.equal(answer.fits || answer.offered !== undefined, some)
        seen[answer.fits ? 'fits' : answer.offered === undefined ? 'none' : 'offered'] += 1
      }),
      { numRuns: 2_000, seed: 11 },
    )
    assert.ok(Math.min(seen.fits, seen.offered, seen.none) > 20, JSON.stringify(seen))
  })

  test('keeps, in an order that fits, a partner for everything that had one and still is there', () => {
    fc.assert(
      fc.property(RELEASE, (release) => {
        const answer = planOrder(release)
        const order = answer.fits ? answer.order : (answer.offered ?? [])
        for (const length of order.keys()) {
          const done = order.slice(0, length + 1)
          const brings = release.brings.filter(({ application }) => done.includes(application))
          const left = mismatches(judgeCompatibility({ brings, field: release.field }))
          const before = mismatches(judgeCompatibility({ brings: [], field: release.field }))
          const lacking = before.map(lack)
          assert.ok(left.every((one) => lacking.includes(lack(one))))
        }
      }),
    )
  })

  test('names in each mismatch two sides that share no version', () => {
    const versions = ({ first, last }: ContractRange): readonly number[] =>
      [1, 2, 3, 4].filter((version) => version >= first && version <= (last ?? 4))
    fc.assert(
      fc.property(RELEASE, ({ brings, field }) => {
        for (const { consumer, provider } of mismatches(judgeCompatibility({ brings, field }))) {
          if (provider === null) continue
          const needs = parseRequired(consumer.needs)
          const has = parseProvided(provider.provides)
          assert.ok(needs && has)
          const meets = versions(needs).some((version) => versions(has).includes(version))
          assert.equal(meets, false)
          assert.equal(rangesMeet(needs, has), false)
        }
      }),
    )
  })
})

suite('a range of a contract', () => {
  for (const text of ['', '0..', '2..1', '>2', '1.5', 'one', '>=', '1...2']) {
    test(`"${text}" is none`, () => {
      assert.deepEqual([parseProvided(text), parseRequired(text)], [undefined, undefined])
    })
  }

  test('>=2 can be required, and not be provided', () => {
    assert.equal(parseProvided('>=2'), undefined)
    assert.deepEqual(parseRequired('>=2'), { first: 2, last: undefined })
  })
})
