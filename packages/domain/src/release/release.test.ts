import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { address, occurrence, stateTable } from '@lockstep/testkit'
import fc from 'fast-check'

import type { Effect } from '../kernel/effect.ts'
import { STATE_BYTES_MAX } from '../kernel/machine.ts'
import type { RunId } from '../kernel/id.ts'
import type { Outcome } from '../kernel/status.ts'
import {
  reduceRelease,
  RELEASE_VERSION_LENGTH_MAX,
  releaseMachine,
  type ReleaseEvent,
  type ReleaseState,
  type WantedApplication,
} from './release.ts'

const SELF = { root: address('rel', 1).id, id: address('rel', 1).id }
const RUN = address('run', 9).id

const inProject = (name: string) => ({ project: 'team', name })
const wanted = (name: string, versions: string | null = '2.x'): WantedApplication => ({
  application: inProject(name),
  from: inProject(name),
  versions,
})
const planned = (...applications: readonly WantedApplication[]): ReleaseEvent => ({
  type: 'release_planned',
  project: 'connected-car',
  name: 'connected-car-2.0',
  applications,
})
const passed = (
  name: string,
  ordinal: number,
  version = `2.0.0-rc.${ordinal}`,
): Extract<ReleaseEvent, { type: 'application_passed' }> => ({
  type: 'application_passed',
  application: inProject(name),
  snapshot: `sha256:${name}${ordinal}`,
  version,
  ordinal,
  run: RUN,
})
const STARTED = started(1)

function started(number: number, set = 3): Extract<ReleaseEvent, { type: 'release_started' }> {
  const run = `run_01K9S000000000000000${String(number).padStart(6, '0')}` as RunId
  return { type: 'release_started', plan: 'sha256:plan', set, run, number }
}
const CANCELLED: ReleaseEvent = { type: 'release_cancelled', reason: 'Not this year' }
const ABORTED: ReleaseEvent = { type: 'abort_requested', reason: 'stop' }

class Drive {
  state: ReleaseState | undefined
  effects: readonly Effect[] = []
  #n = 0

  constructor(...applications: readonly WantedApplication[]) {
    const two = [wanted('firmware'), wanted('backend')]
    this.happens(planned(...(applications.length === 0 ? two : applications)))
  }

  get now(): ReleaseState {
    assert.ok(this.state)
    return this.state
  }

  tries(event: ReleaseEvent): string {
    this.#n += 1
    const result = reduceRelease(this.state, { ...event, ...occurrence(this.#n, SELF, 'user:rm') })
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(...events: readonly ReleaseEvent[]): this {
    for (const event of events) assert.equal(this.tries(event), 'ok', event.type)
    return this
  }

  ended(outcome: Outcome): ReleaseEvent {
    const { run, number } = this.now
    return { type: 'child_finished', child: run ?? '', node: 'run', attempt: number, outcome }
  }

  taken(name: string): string | undefined {
    const found = this.now.applications.find(({ application }) => application === `team/${name}`)
    return found?.taken?.version
  }
}

const ready = (): Drive => new Drive().happens(passed('firmware', 4), passed('backend', 6))
const running = (): Drive => ready().happens(STARTED)

suite('a collecting release', () => {
  test('is ready when something of every application has passed, and tells its owner once', () => {
    const drive = new Drive().happens(passed('firmware', 4))
    assert.equal(drive.now.status, 'collecting')
    drive.happens(passed('backend', 6))
    assert.equal(drive.now.status, 'ready')
    const notice = { type: 'notify_owners', run: SELF.id, about: SELF.id, what: 'release_ready' }
    assert.deepEqual(drive.effects, [{ type: 'send', effect: notice }])
    assert.deepEqual(drive.happens(passed('backend', 7)).effects, [])
  })

  test('takes the newest that has passed, in whatever order it hears of them', () => {
    const drive = new Drive().happens(passed('firmware', 5))
    assert.equal(drive.tries(passed('firmware', 4)), 'not_newer')
    assert.equal(drive.tries(passed('firmware', 5)), 'not_newer')
    assert.equal(drive.taken('firmware'), '2.0.0-rc.5')
  })

  test('takes only the versions that it was planned for', () => {
    assert.equal(new Drive().tries(passed('firmware', 4, '1.9.0')), 'version_out_of_range')
    assert.equal(new Drive().tries(passed('app', 4)), 'no_such_application')
  })

  test('takes no newer snapshot of an application that is frozen', () => {
    const frozen: ReleaseEvent = { type: 'application_frozen', application: inProject('firmware') }
    const drive = new Drive()
    assert.equal(drive.tries(frozen), 'nothing_collected')
    drive.happens(passed('firmware', 4), frozen)
    assert.equal(drive.tries(passed('firmware', 5)), 'application_frozen')
    drive.happens({ ...frozen, type: 'application_unfrozen' }, passed('firmware', 5))
    assert.equal(drive.taken('firmware'), '2.0.0-rc.5')
  })

  test('keeps the snapshot that a person has chosen, also an older one', () => {
    const drive = ready().happens({ ...passed('backend', 2), type: 'application_pinned' })
    assert.equal(drive.taken('backend'), '2.0.0-rc.2')
    assert.equal(drive.tries(passed('backend', 7)), 'application_frozen')
    assert.equal(drive.now.set, 4)
  })

  test('keeps what still fits when its definition changes', () => {
    const drive = ready().happens({
      type: 'contents_changed',
      applications: [wanted('firmware'), wanted('backend', '3.x'), wanted('app')],
    })
    assert.equal(drive.now.status, 'collecting')
    assert.deepEqual(
      [drive.taken('firmware'), drive.taken('backend'), drive.taken('app')],
      ['2.0.0-rc.4', undefined, undefined],
    )
  })
})

suite('planning a release', () => {
  const plan = (...applications: readonly WantedApplication[]): string => {
    const result = reduceRelease(undefined, { ...planned(...applications), ...occurrence(1, SELF) })
    return result.ok ? 'ok' : result.refusal
  }

  test('refuses no, doubled and unreadable applications', () => {
    assert.equal(plan(), 'no_applications')
    assert.equal(plan(wanted('app'), wanted('app')), 'same_application_twice')
    assert.equal(plan(wanted('app', '>=')), 'bad_version_range')
  })

  test('takes fifty applications, and not one more', () => {
    const many = Array.from({ length: 51 }, (_, index) => wanted(`application-${index}`))
    assert.equal(plan(...many.slice(1)), 'ok')
    assert.equal(plan(...many), 'too_many_applications')
  })

  test('refuses names that would not fit into its state', () => {
    const many = Array.from({ length: 40 }, (_, index) => wanted(`${'n'.repeat(150)}${index}`))
    assert.equal(plan(...many), 'too_many_applications')
  })
})

suite('a release that runs', () => {
  test('starts the run of its plan, under its own root', () => {
    const drive = running()
    assert.deepEqual(drive.effects, [
      {
        type: 'start_child',
        id: drive.now.run,
        node: 'run',
        attempt: 1,
        event: {
          type: 'run_created',
          plan: 'sha256:plan',
          parent: SELF,
          node: 'run',
          attempt: 1,
          starter: 'user:rm',
          number: 1,
          project: 'connected-car',
        },
      },
    ])
  })

  test('starts only with everything collected, and with a plan for the set as it is', () => {
    assert.equal(new Drive().tries({ ...STARTED, set: 1 }), 'not_all_collected')
    assert.equal(ready().happens(passed('backend', 7)).tries(STARTED), 'set_changed')
    assert.equal(running().tries(STARTED), 'release_is_running')
  })

  test('refuses to change what it delivers', () => {
    const drive = running()
    const changed: ReleaseEvent = { type: 'contents_changed', applications: [wanted('firmware')] }
    assert.equal(drive.tries(changed), 'release_is_running')
    assert.equal(
      drive.tries({ ...passed('backend', 7), type: 'application_pinned' }),
      'release_is_running',
    )
  })

  test('may become another set after its run has failed, and starts with that', () => {
    const drive = running()
    drive.happens(drive.ended('failed'))
    const before = drive.now.set
    drive.happens({ type: 'contents_changed', applications: [wanted('firmware')] })
    assert.deepEqual([drive.now.status, drive.now.set], ['failed', before + 1])
    assert.deepEqual(drive.now.applications.map(({ application }) => application).length, 1)
  })

  test('collects the next set meanwhile, and goes on delivering this one', () => {
    const drive = running().happens(passed('backend', 7))
    assert.deepEqual([drive.now.runSet, drive.now.set, drive.now.status], [3, 4, 'running'])
  })

  test('has succeeded when its run has', () => {
    const drive = running()
    assert.equal(drive.happens(drive.ended('succeeded')).now.status, 'succeeded')
    assert.equal(drive.tries(passed('backend', 8)), 'already_finished')
  })

  test('can be started again after its run failed, as the next run', () => {
    const drive = running()
    drive.happens(drive.ended('errored'))
    assert.equal(drive.now.status, 'failed')
    assert.equal(releaseMachine.waits(drive.now)?.on, 'person')
    const first = drive.now.run
    drive.happens(started(2))
    assert.equal(drive.now.number, 2)
    assert.notEqual(drive.now.run, first)
  })

  test('does not hear the end of an earlier run', () => {
    const drive = running()
    const late = drive.ended('failed')
    drive.happens(late)
    assert.equal(drive.tries(late), 'stale_attempt')
    assert.equal(drive.happens(started(2)).tries(late), 'stale_attempt')
  })

  test('tells its run when it is aborted, and waits for it', () => {
    const drive = running().happens(ABORTED)
    const to = { root: SELF.root, id: drive.now.run }
    assert.deepEqual(drive.effects, [{ type: 'tell', to, event: ABORTED }])
    assert.equal(drive.now.status, 'running')
    assert.equal(ready().tries(ABORTED), 'release_is_not_running')
  })

  test('is given up only between runs, with a reason', () => {
    assert.equal(running().tries(CANCELLED), 'release_is_running')
    assert.equal(ready().tries({ ...CANCELLED, reason: '' }), 'reason_missing')
    assert.equal(ready().happens(CANCELLED).now.status, 'cancelled')
  })
})

suite('a release, whatever happens to it', () => {
  test('comes to the same set in whatever order its applications pass', () => {
    const passes = ['firmware', 'backend'].flatMap((name) =>
      [1, 2, 3].map((ordinal) => passed(name, ordinal)),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(passes, { minLength: passes.length }), (order) => {
        const drive = new Drive()
        for (const event of order) drive.tries(event)
        assert.deepEqual(
          [drive.taken('firmware'), drive.taken('backend')],
          ['2.0.0-rc.3', '2.0.0-rc.3'],
        )
        assert.equal(drive.now.status, 'ready')
      }),
    )
  })

  test('fits into its state with the most applications and the longest versions', () => {
    const many = Array.from({ length: 50 }, (_, index) => wanted(`application-${index}`, '*'))
    const drive = new Drive(...many)
    const snapshot = `sha256:${'e'.repeat(64)}` as const
    for (const { application } of many) {
      const version = `2.${'0'.repeat(RELEASE_VERSION_LENGTH_MAX - 2)}`
      const event = { ...passed(application.name, 999_999, version), snapshot }
      drive.happens({ ...event, type: 'application_pinned' })
    }
    const bytes = Buffer.byteLength(JSON.stringify(drive.now))
    assert.ok(bytes <= STATE_BYTES_MAX, `${bytes} bytes`)
  })

  test('refuses a version that is too long', () => {
    const version = 'v'.repeat(RELEASE_VERSION_LENGTH_MAX + 1)
    assert.equal(
      new Drive(wanted('app', null)).tries(passed('app', 1, version)),
      'version_too_long',
    )
  })
})

test('the table of every event in every state is the published one', (context) => {
  const failed = running()
  failed.happens(failed.ended('failed'))
  const succeeded = running()
  succeeded.happens(succeeded.ended('succeeded'))
  const firmware = inProject('firmware')
  const events: readonly { readonly name?: string; readonly event: ReleaseEvent }[] = [
    { event: planned(wanted('firmware')) },
    { name: 'application_passed: newer', event: passed('firmware', 9) },
    { name: 'application_passed: the last one missing', event: passed('backend', 9) },
    { event: { type: 'application_frozen', application: firmware } },
    { event: { ...passed('firmware', 2), type: 'application_pinned' } },
    { event: { type: 'application_unfrozen', application: firmware } },
    { event: { type: 'contents_changed', applications: [wanted('firmware')] } },
    { event: started(2) },
    { name: 'child_finished: succeeded', event: running().ended('succeeded') },
    { name: 'child_finished: failed', event: running().ended('failed') },
    { name: 'child_finished: aborted', event: running().ended('aborted') },
    { event: ABORTED },
    { event: CANCELLED },
    { event: { type: 'woken' } },
  ]
  const table = stateTable({
    machine: releaseMachine,
    title: 'Release',
    states: [
      { name: 'not created', state: undefined },
      { name: 'collecting', state: new Drive().happens(passed('firmware', 4)).now },
      { name: 'ready', state: ready().now },
      { name: 'running', state: running().now },
      { name: 'failed', state: failed.now },
      { name: 'succeeded', state: succeeded.now },
      { name: 'cancelled', state: ready().happens(CANCELLED).now },
    ],
    events: events.map(({ name, event }) => ({
      ...(name === undefined ? {} : { name }),
      event: { ...event, ...occurrence(99, SELF, 'user:rm') },
    })),
  })
  context.assert.fileSnapshot(
    table,
    new URL('../../../../docs/reference/state/release.md', import.meta.url).pathname,
    { serializers: [(text: string) => text] },
  )
})
