import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { address, occurrence, STAGING, stateTable } from '@lockstep/testkit'
import fc from 'fast-check'

import type { Address, Effect } from '../kernel/effect.ts'
import { STATE_BYTES_MAX } from '../kernel/machine.ts'
import {
  environmentLockMachine,
  findHoldingRun,
  LOCK_CLAIMS_MAX,
  LOCK_QUEUE_MAX,
  reduceEnvironmentLock,
  type EnvironmentLockEvent,
  type EnvironmentLockState,
} from './environment-lock.ts'

const SELF = { root: address('lck', 1).id, id: address('lck', 1).id }
const CREATED: EnvironmentLockEvent = { type: 'lock_created', environment: STAGING.id }

const run = (n: number): string => address('run', n).id
const stage = (of: number, n = of): Address => ({ root: run(of), id: address('stg', n).id })

class Drive {
  state: EnvironmentLockState | undefined
  effects: readonly Effect[] = []
  at = 0

  constructor() {
    this.happens(CREATED)
  }

  get now(): EnvironmentLockState {
    assert.ok(this.state)
    return this.state
  }

  tries(event: EnvironmentLockEvent): string {
    const happening = { ...event, ...occurrence(1, SELF, 'user:someone', this.at) }
    const result = reduceEnvironmentLock(this.state, happening)
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(event: EnvironmentLockEvent): this {
    assert.equal(this.tries(event), 'ok', event.type)
    return this
  }

  asks(of: number, mode: 'exclusive' | 'shared' = 'exclusive', n = of): this {
    return this.happens({ type: 'lock_requested', run: run(of), stage: stage(of, n), mode })
  }

  ends(of: number, n?: number): this {
    const which = n === undefined ? {} : { stage: stage(of, n) }
    return this.happens({ type: 'holder_ended', run: run(of), ...which })
  }

  /** Who is told what by the last event, as `run token` or `run refusal`. */
  told(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.type !== 'tell') return []
      const { type, token, refusal } = effect.event
      const of = Number(effect.to.root.slice(-6))
      return [type === 'lock_given' ? `${of} has ${String(token)}` : `${of} ${String(refusal)}`]
    })
  }

  holders(): readonly number[] {
    const { holder } = this.now
    return holder?.kind === 'runs' ? holder.claims.map(([of]) => Number(of.slice(-6))) : []
  }

  waiting(): readonly number[] {
    return this.now.queue.map(([of]) => Number(of.slice(-6)))
  }
}

const LOCKED: EnvironmentLockEvent = { type: 'environment_locked', person: 'ada', reason: 'Audit' }
const UNLOCKED: EnvironmentLockEvent = { type: 'environment_unlocked', reason: 'Done' }
const FROZEN: EnvironmentLockEvent = {
  type: 'environment_frozen',
  until: 5_000,
  reason: 'Holidays',
}

suite('an environment', () => {
  test('is given to the first run that asks, with a token', () => {
    assert.deepEqual(new Drive().asks(1).told(), ['1 has 1'])
  })

  test('is given to those who wait in the order of their asking, each time with a higher token', () => {
    const drive = new Drive().asks(1).asks(2).asks(3)
    assert.deepEqual(drive.waiting(), [2, 3])
    assert.deepEqual(drive.ends(1).told(), ['2 has 2'])
    assert.deepEqual(drive.ends(2).told(), ['3 has 3'])
  })

  test('is shared by the stages of one root run, under one token', () => {
    const drive = new Drive().asks(1).asks(2).asks(1, 'exclusive', 9)
    assert.deepEqual(drive.told(), ['1 has 1'])
    assert.deepEqual(drive.ends(1, 9).told(), [])
    assert.deepEqual(drive.ends(1, 1).told(), ['2 has 2'])
  })

  test('is shared by runs that only read', () => {
    const drive = new Drive().asks(1, 'shared').asks(2, 'shared')
    assert.deepEqual(drive.holders(), [1, 2])
    assert.equal(findHoldingRun(drive.now), undefined)
  })

  test('is not read past a run that waits to change it', () => {
    const drive = new Drive().asks(1, 'shared').asks(2).asks(3, 'shared')
    assert.deepEqual(drive.waiting(), [2, 3])
    assert.deepEqual(drive.ends(1).told(), ['2 has 2'])
  })

  test('is released only under the token that was given', () => {
    const drive = new Drive().asks(1)
    assert.equal(drive.tries({ type: 'lock_released', run: run(1), token: 2 }), 'not_holder')
    assert.equal(drive.tries({ type: 'lock_released', run: run(2), token: 1 }), 'not_holder')
    drive.happens({ type: 'lock_released', run: run(1), token: 1 })
    assert.equal(drive.now.status, 'free')
  })

  test('is waited for by nobody who has ended', () => {
    const drive = new Drive().asks(1).asks(2).ends(2)
    assert.deepEqual(drive.waiting(), [])
    assert.equal(drive.tries({ type: 'holder_ended', run: run(2) }), 'not_holder')
  })

  test('can be asked for again after the request was withdrawn', () => {
    const drive = new Drive().asks(1).asks(2)
    const withdrawn: EnvironmentLockEvent = { type: 'request_withdrawn', run: run(2) }
    assert.deepEqual(drive.happens(withdrawn).waiting(), [])
    assert.equal(drive.tries(withdrawn), 'not_in_queue')
    assert.deepEqual(drive.asks(2).waiting(), [2])
  })

  test('is waited for in another order when a person says so', () => {
    const drive = new Drive().asks(1).asks(2).asks(3).asks(4)
    drive.happens({ type: 'order_changed', run: run(4), place: 0 })
    assert.deepEqual(drive.waiting(), [4, 2, 3])
    assert.equal(drive.tries({ type: 'order_changed', run: run(1), place: 0 }), 'not_in_queue')
  })

  test('has a queue with an end, and who comes then is told', () => {
    const drive = new Drive()
    for (let of = 0; of <= LOCK_QUEUE_MAX; of += 1) drive.asks(of)
    assert.deepEqual(drive.asks(900).told(), ['900 queue_full'])
    assert.equal(drive.waiting().length, LOCK_QUEUE_MAX)
  })

  test('fits into its state with a full queue and long reasons', () => {
    const drive = new Drive()
    for (let nested = 0; nested < LOCK_CLAIMS_MAX; nested += 1) drive.asks(1, 'exclusive', nested)
    for (let of = 2; of < LOCK_QUEUE_MAX + 2; of += 1) drive.asks(of, 'shared')
    drive.at = 1_763_386_231_000
    const reason = '€'.repeat(300)
    drive.happens({ ...LOCKED, person: address('usr', 1).id, reason })
    drive.happens({ type: 'environment_frozen', until: drive.at + 1, reason })
    const bytes = Buffer.byteLength(JSON.stringify(drive.now))
    assert.ok(bytes <= STATE_BYTES_MAX, `${bytes} bytes`)
  })
})

suite('a person', () => {
  test('may lock an environment that is free', () => {
    const drive = new Drive().happens(LOCKED).asks(1)
    assert.equal(drive.now.holder?.kind, 'person')
    assert.deepEqual(drive.waiting(), [1])
    assert.deepEqual(drive.happens(UNLOCKED).told(), ['1 has 2'])
  })

  test('comes next when a run has it, before everybody who waits', () => {
    const drive = new Drive().asks(1).asks(2).happens(LOCKED)
    assert.deepEqual(drive.ends(1).told(), [])
    assert.equal(drive.now.holder?.kind, 'person')
    assert.deepEqual(drive.waiting(), [2])
  })

  test('gives a reason for locking and for unlocking', () => {
    const drive = new Drive()
    assert.equal(drive.tries({ ...LOCKED, reason: ' ' }), 'reason_missing')
    drive.happens(LOCKED)
    assert.equal(drive.tries(LOCKED), 'already_locked')
    assert.equal(drive.tries({ ...UNLOCKED, reason: '' }), 'reason_missing')
    drive.happens(UNLOCKED)
    assert.equal(drive.tries(UNLOCKED), 'not_locked')
  })
})

suite('a freeze', () => {
  test('lets nobody begin who changes something, until it is over', () => {
    const drive = new Drive().happens(FROZEN).asks(1)
    assert.deepEqual(drive.told(), [])
    assert.equal(environmentLockMachine.wakeAt(drive.now, undefined), 5_000)
    assert.equal(environmentLockMachine.waits(drive.now)?.what, 'frozen: Holidays')
    drive.at = 5_000
    assert.deepEqual(drive.happens({ type: 'woken' }).told(), ['1 has 1'])
  })

  test('lets what has begun go on, also in a nested run', () => {
    const drive = new Drive().asks(1).happens(FROZEN)
    assert.deepEqual(drive.asks(1, 'exclusive', 9).told(), ['1 has 1'])
  })

  test('does not keep readers waiting behind those who may not begin', () => {
    const drive = new Drive().happens(FROZEN).asks(1).asks(2, 'shared')
    assert.deepEqual(drive.told(), ['2 has 1'])
  })

  test('ends early when somebody ends it with a reason', () => {
    const drive = new Drive().happens({ ...FROZEN, until: null }).asks(1)
    assert.equal(environmentLockMachine.wakeAt(drive.now, undefined), undefined)
    assert.equal(drive.tries({ type: 'environment_unfrozen', reason: '' }), 'reason_missing')
    const thawed = drive.happens({ type: 'environment_unfrozen', reason: 'All back' })
    assert.deepEqual(thawed.told(), ['1 has 1'])
  })

  test('that is to come holds up nobody until it begins', () => {
    const drive = new Drive().happens({ ...FROZEN, from: 1_000 }).asks(1)
    assert.deepEqual(drive.told(), ['1 has 1'])
    drive.ends(1)
    drive.at = 1_000
    assert.deepEqual(drive.asks(2).told(), [])
    assert.equal(new Drive().tries({ ...FROZEN, from: 5_000 }), 'already_over')
  })

  test('lies in the future', () => {
    assert.equal(new Drive().tries({ ...FROZEN, until: 0 }), 'already_over')
  })
})

// ── whatever happens ─────────────────────────────────────────────────────────────────────────

const OF = fc.integer({ min: 1, max: 5 })
const EVENT: fc.Arbitrary<EnvironmentLockEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ of: OF, n: OF, mode: fc.constantFrom('exclusive' as const, 'shared' as const) })
      .map(({ of, n, mode }): EnvironmentLockEvent => ({
        type: 'lock_requested',
        run: run(of),
        stage: stage(of, of * 10 + n),
        mode,
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ of: OF, token: fc.nat(9) })
      .map(({ of, token }): EnvironmentLockEvent => ({
        type: 'lock_released',
        run: run(of),
        token,
      })),
  },
  {
    weight: 3,
    arbitrary: OF.map((of): EnvironmentLockEvent => ({ type: 'holder_ended', run: run(of) })),
  },
  OF.map((of): EnvironmentLockEvent => ({ type: 'request_withdrawn', run: run(of) })),
  fc
    .record({ of: OF, place: fc.nat(5) })
    .map(({ of, place }): EnvironmentLockEvent => ({ type: 'order_changed', run: run(of), place })),
  fc.constantFrom<EnvironmentLockEvent>(
    LOCKED,
    UNLOCKED,
    FROZEN,
    { type: 'environment_unfrozen', reason: 'x' },
    { type: 'woken' },
  ),
)

suite('an environment, whatever happens to it', () => {
  test('has at most one root run that changes it, and its token never falls', () => {
    fc.assert(
      fc.property(fc.array(EVENT, { minLength: 5, maxLength: 60 }), (events) => {
        const drive = new Drive()
        let token = 0
        for (const event of events) {
          drive.at += 500
          drive.tries(event)
          const { holder } = drive.now
          const isShared = holder?.kind === 'runs' && holder.shared
          assert.ok(isShared || new Set(drive.holders()).size <= 1)
          assert.ok(drive.now.token >= token)
          token = drive.now.token
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('gives no token to two root runs unless both only read', () => {
    fc.assert(
      fc.property(fc.array(EVENT, { minLength: 5, maxLength: 60 }), (events) => {
        const drive = new Drive()
        const owners = new Map<string, string>()
        for (const event of events) {
          if (drive.tries(event) !== 'ok') continue
          const isShared = drive.now.holder?.kind === 'runs' && drive.now.holder.shared
          for (const words of drive.told()) {
            const [of = '', token = ''] = words.split(' has ')
            assert.ok(isShared || (owners.get(token) ?? of) === of, words)
            owners.set(token, of)
          }
        }
      }),
    )
  })

  test('keeps nobody waiting when it is free and not frozen', () => {
    fc.assert(
      fc.property(fc.array(EVENT, { minLength: 5, maxLength: 60 }), (events) => {
        const drive = new Drive()
        for (const event of events) {
          drive.tries(event)
          const { holder, frozen, queue } = drive.now
          assert.ok(holder !== null || frozen !== null || queue.length === 0)
        }
      }),
    )
  })
})

test('the table of every event in every state is the published one', (context) => {
  const requested = (of: number): EnvironmentLockEvent => ({
    type: 'lock_requested',
    run: run(of),
    stage: stage(of),
    mode: 'exclusive',
  })
  const events: readonly { readonly name?: string; readonly event: EnvironmentLockEvent }[] = [
    { event: CREATED },
    { name: 'lock_requested: by another run', event: requested(3) },
    {
      name: 'lock_requested: by a nested stage',
      event: { type: 'lock_requested', run: run(1), stage: stage(1, 9), mode: 'exclusive' },
    },
    {
      name: 'lock_requested: to read',
      event: { type: 'lock_requested', run: run(4), stage: stage(4), mode: 'shared' },
    },
    { event: { type: 'lock_released', run: run(1), token: 1 } },
    { event: { type: 'request_withdrawn', run: run(2) } },
    { event: { type: 'holder_ended', run: run(1) } },
    { event: { type: 'order_changed', run: run(2), place: 0 } },
    { event: LOCKED },
    { event: UNLOCKED },
    { event: FROZEN },
    { event: { type: 'environment_unfrozen', reason: 'All back' } },
    { event: { type: 'woken' } },
  ]
  const table = stateTable({
    machine: environmentLockMachine,
    title: 'Environment lock',
    states: [
      { name: 'not created', state: undefined },
      { name: 'free', state: new Drive().now },
      { name: 'held by a run', state: new Drive().asks(1).now },
      { name: 'held by a run, another waits', state: new Drive().asks(1).asks(2).now },
      { name: 'held by readers', state: new Drive().asks(1, 'shared').now },
      { name: 'held by a person', state: new Drive().happens(LOCKED).now },
      { name: 'frozen', state: new Drive().happens({ ...FROZEN, until: null }).asks(2).now },
    ],
    events: events.map(({ name, event }) => ({
      ...(name === undefined ? {} : { name }),
      event: { ...event, ...occurrence(1, SELF, 'user:someone', 100) },
    })),
  })
  context.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/environment-lock.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
