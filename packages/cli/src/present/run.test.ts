import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { gateSummary, job, rule, run, stage, step, task } from '../../testing/documents.ts'
import { presentEvents } from './run-events.ts'
import { presentKeys, presentRun } from './run.ts'
import { presentFailed, presentUnknown } from './stopped-work.ts'

const zone = 'Europe/Berlin'
const monday = { width: 80, zone, nowMs: Date.parse('2026-11-16T14:24:17Z') }
const tuesday = { width: 80, zone, nowMs: Date.parse('2026-11-17T13:32:09Z') }

const passed = [
  'backend/data-backend/1088',
  'embedded/vehicle-firmware/412',
  'mobile/mobile-app/377',
]
const brings = passed.map((address) => ({
  application: address.split('/').slice(0, 2).join('/'),
  snapshot: null,
  version: '2.0.0',
  passed: address,
}))

const deployedBackend = task({
  key: 'deploy-data-backend',
  title: 'deploy data-backend',
  kind: 'deploy',
  application: 'backend/data-backend',
  from: '1.12.3',
  to: '2.0.0-rc.6',
  state: 'succeeded',
  startedAt: '2026-11-16T14:02:14.000Z',
  finishedAt: '2026-11-16T14:07:55.000Z',
  steps: [
    step({ component: 'charge-store', jobs: [job({ resource: 'eu-staging-db' })] }),
    step({ component: 'ingest-api', jobs: [job({ resource: 'eu-staging-edge-1' })] }),
    step({ component: 'range-model', skipped: 1, succeeded: 0, jobs: [] }),
    step({ component: 'fleet-dashboard', jobs: [job()] }),
  ],
})
const cars = task({
  key: 'cars-and-phones/deploy-vehicle-firmware',
  title: 'deploy vehicle-firmware',
  groups: ['cars and phones'],
  kind: 'deploy',
  application: 'embedded/vehicle-firmware',
  from: '1.8.4',
  to: '2.0.0-rc.4',
  state: 'running',
  startedAt: '2026-11-16T14:08:05.000Z',
  steps: [
    step({
      component: 'telemetry-agent',
      title: 'restart',
      state: 'running',
      targets: 6,
      succeeded: 4,
      jobs: [
        job({ resource: 'bench-car-05', state: 'running', finishedAt: null }),
        job({ resource: 'bench-car-06', state: 'running', finishedAt: null }),
      ],
    }),
  ],
})
const entry = gateSummary({
  state: 'passed',
  checks: 2,
  checksHold: 2,
  rules: [rule({ name: 'Signed with SBOM' }), rule({ name: 'Compatible' })],
})
const production = stage({ name: 'production', title: 'Production', tasks: [task()] })

const running = run({
  brings,
  working: ['agent eu-1'],
  next: 'car to phone, when cars and phones are done',
  stages: [
    stage({
      state: 'running',
      startedAt: '2026-11-16T14:02:14.000Z',
      entry,
      tasks: [
        deployedBackend,
        cars,
        task(),
        task({ key: 'v1', title: 'v1 cars on the v2 backend' }),
      ],
      exit: gateSummary({ checks: 4, approvals: 3 }),
    }),
    production,
  ],
})

const waiting = run({
  brings,
  waitsFor: [
    {
      on: 'person',
      what: 'one of release-managers',
      since: '2026-11-17T12:50:09.000Z',
      until: '2026-11-18T05:00:00.000Z',
    },
  ],
  next: 'Production, Wed 06:00',
  stages: [
    stage({
      state: 'succeeded',
      startedAt: '2026-11-16T14:02:14.000Z',
      finishedAt: '2026-11-17T12:50:14.000Z',
      entry,
      tasks: [deployedBackend],
      exit: gateSummary({
        state: 'waiting',
        checks: 2,
        checksHold: 1,
        approvals: 2,
        approvalsGiven: 1,
        rules: [
          rule({ name: 'All tasks passed', evidence: '4 of 4' }),
          rule({ name: 'Ingest errors', state: 'checking', evidence: '0.12 %, limit 0.5 %' }),
          rule({
            name: 'qa',
            kind: 'approval',
            state: 'given',
            evidence: '1 of 1',
            by: ['qa'],
            decided: ['qa-lead'],
          }),
          rule({
            name: 'release-managers',
            kind: 'approval',
            state: 'waiting',
            evidence: '0 of 1',
            by: ['release-managers'],
            missing: ['release-managers'],
            until: '2026-11-18T05:00:00.000Z',
          }),
        ],
      }),
    }),
    production,
  ],
})

suite('presentRun', () => {
  test('at 80 columns a running run shows what works, on what, and what comes next', () => {
    assert.equal(presentRun(running, monday, { live: 'live' }), RUNNING_80)
  })

  test('at 120 columns there is room for the agent and for the places', () => {
    assert.equal(presentRun(running, { ...monday, width: 120 }, { live: 'live' }), RUNNING_120)
  })

  test('at 120 columns what runs and what is to come is held against the runs before', () => {
    const times = [
      { stage: 'staging', task: null, medianMs: 4 * 3_600_000, count: 3 },
      { stage: 'staging', task: cars.key, medianMs: 24 * 60_000, count: 3 },
      { stage: 'staging', task: 'v1', medianMs: 18 * 60_000, count: 2 },
      { stage: 'staging', task: 'car-to-phone', medianMs: 40, count: 1 },
      { stage: 'production', task: 'v1', medianMs: 60_000, count: 1 },
    ]
    const shown = presentRun(running, { ...monday, width: 120 }, { live: 'live', usual: { times } })
    assert.match(shown, /\n◐ Staging .* 22:03 {3}expected 4 h\n/)
    assert.match(shown, /\n {4}◐ vehicle-firmware .* 16:12 {3}expected 24 min\n/)
    assert.match(shown, /\n {2}○ v1 cars on the v2 backend {60,}about 18 min\n/)
    assert.match(shown, /\n {2}✓ data-backend .* 5:41 {3}agent eu-1\n/)
    assert.doesNotMatch(shown, /about 0/)
    const narrow = presentRun(running, monday, { live: 'live', usual: { times } })
    assert.equal(narrow, RUNNING_80)
  })

  test('a gate that waits shows each rule, and whom it waits for until when', () => {
    assert.equal(presentRun(waiting, tuesday, { live: 'live' }), WAITING_80)
  })

  test('at 120 columns the approvals of a gate stand beside its checks, and the head names the revision', () => {
    const revisions = [
      { kind: 'pipeline', name: 'connected-car', revision: 15, digest: waiting.plan },
      { kind: 'release', name: 'connected-car-2.0', revision: 3, digest: waiting.plan },
    ]
    const wide = { ...tuesday, width: 120 }
    assert.equal(presentRun({ ...waiting, revisions }, wide, { live: 'live' }), WAITING_120)
  })

  test('what does not fit beside the checks stands below them', () => {
    const [held, ...others] = waiting.stages
    assert.ok(held !== undefined)
    const long = rule({ name: 'Ingest errors', evidence: 'x'.repeat(60) })
    const exit = { ...held.exit, rules: [long, ...held.exit.rules] }
    const shown = presentRun(
      { ...waiting, stages: [{ ...held, exit }, ...others] },
      { ...tuesday, width: 120 },
    )
    assert.match(shown, /\n◆ Staging exit {10}1 of 2 checks, 1 of 2 approvals\n/)
    assert.match(shown, /\n {2}◆ release-managers {4}waits for release-managers, until Wed 06:00\n/)
  })

  test('stages that are over fold into one line', () => {
    const over = run({
      brings,
      stages: [
        stage({ state: 'succeeded', entry, exit: gateSummary({ state: 'passed' }) }),
        production,
      ],
    })
    assert.match(
      presentRun(over, tuesday),
      /\n✓ Team pipelines · Staging entry · Staging · Staging exit\n○ Production {12}1 task$/,
    )
  })

  test('no line of a live view is wider than the screen', () => {
    for (const width of [80, 100, 120]) {
      for (const [shown, at] of [
        [running, monday],
        [waiting, tuesday],
      ] as const) {
        const lines = presentRun(shown, { ...at, width }, { live: 'live' }).split('\n')
        assert.deepEqual(
          lines.filter((line) => line.length > width),
          [],
        )
      }
    }
  })
})

suite('a task whose words do not fit', () => {
  test('says them on the next lines, so that nothing is cut and no line is wider than the screen', () => {
    const what = 'one of drivers to do "drive around the block and look at the light"'
    const since = '2026-11-16T14:20:00.000Z'
    const manual = task({ state: 'waiting', waitsFor: { on: 'person', what, since, until: null } })
    const at = run({ stages: [stage({ state: 'waiting', tasks: [manual] })] })
    assert.match(
      presentRun(at, monday),
      /\n {2}◆ car to phone\n {6}waits for one of drivers to do "drive around the block and look at the\n {6}light"\n/,
    )
  })
})

suite('presentKeys', () => {
  test('a gate that waits is what to type next', () => {
    assert.equal(
      presentKeys(waiting, tuesday),
      'decide  lockstep gate approve connected-car-2.0/7/staging.exit   ↵ open  q leave',
    )
  })
})

suite('presentEvents', () => {
  test('the first reading tells the story so far, in order', () => {
    assert.deepEqual(presentEvents(undefined, running), [
      '2026-11-16T14:02:11.000Z run connected-car-2.0/7 started by release-manager, plan sha256:5c1e9ab2',
      '2026-11-16T14:02:11.000Z gate staging.entry passed: 2 of 2 checks',
      '2026-11-16T14:07:55.000Z task staging/deploy-data-backend succeeded after 5:41, 4 components on 3 hosts, 1 skipped',
      '2026-11-16T14:08:05.000Z task staging/cars-and-phones/deploy-vehicle-firmware running',
    ])
  })

  test('a later reading tells only what has changed', () => {
    const exit = waiting.stages[0]?.exit ?? gateSummary()
    const before = run({
      ...waiting,
      stages: [stage({ ...waiting.stages[0], exit: gateSummary() }), production],
    })
    const now = run({
      ...waiting,
      stages: [
        stage({ ...waiting.stages[0], exit: { ...exit, since: '2026-11-17T12:50:09.000Z' } }),
        production,
      ],
    })
    assert.deepEqual(presentEvents(before, now), [
      '2026-11-17T12:50:09.000Z gate staging.exit waiting for release-managers',
    ])
    assert.deepEqual(presentEvents(now, now), [])
  })

  test('an agent that is back with the answer is told, and so is the word of a person', () => {
    const at = (given: Parameters<typeof job>[0]): ReturnType<typeof run> => {
      const steps = [step({ jobs: [job({ step: 'migrate', resource: 'bench-1', ...given })] })]
      return run({ stages: [stage({ tasks: [task({ key: 'migrate', steps })] })] })
    }
    const before = at({ state: 'unknown', exitCode: null })
    assert.deepEqual(presentEvents(before, at({ state: 'succeeded', exitCode: 0 })), [
      'step staging/migrate/migrate@bench-1 succeeded: the agent is back, its journal says exit code 0',
    ])
    assert.deepEqual(presentEvents(before, at({ state: 'succeeded', exitCode: null })), [
      'step staging/migrate/migrate@bench-1 succeeded',
    ])
  })
})

suite('work that stopped', () => {
  test('a failed task shows its evidence, what was deployed, and every way on', () => {
    const failed = task({
      state: 'failed',
      startedAt: '2026-11-16T14:02:14.000Z',
      finishedAt: '2026-11-16T14:05:26.000Z',
      reason: 'car to phone on bench: It ended with exit code 1.',
      tests: {
        total: 61,
        passed: 59,
        failed: 2,
        skipped: 0,
        newFailures: 2,
        failures: ['shows charge of a sleeping car', 'shows charge after tunnel'],
      },
      steps: [
        step({
          jobs: [
            job({
              state: 'failed',
              agent: { id: 'agt_01KA5XQ2000000000000000000' as never, name: 'bench-2' },
            }),
          ],
        }),
      ],
    })
    const at = stage({ tasks: [deployedBackend, failed] })
    assert.equal(
      presentFailed(run({ stages: [at] }), at, failed, ['FAIL charge.test'], monday),
      `✗ Staging, car to phone, failed after 3:12 on agent bench-2

  car to phone on bench: It ended with exit code 1.
  test report   59 of 61 passed, 2 failed, all new
    ✗ shows charge of a sleeping car
    ✗ shows charge after tunnel
  last lines
    │ FAIL charge.test

Nothing was undone. Deployed so far: backend/data-backend in Staging. The run waits for a person:
  again, as it is           lockstep run retry connected-car-2.0/7/staging/car-to-phone
  from an earlier task      lockstep run restart connected-car-2.0/7/staging/deploy-data-backend -m WHY
  go on without it          lockstep run skip connected-car-2.0/7/staging/car-to-phone -m WHY
  stop                      lockstep run abort connected-car-2.0/7 -m WHY
  the whole log             lockstep logs connected-car-2.0/7/staging/car-to-phone`,
    )
  })

  test('the same again is not offered where it would end the same', () => {
    const taken = job({ state: 'failed', code: 'artifact_version_taken' })
    const build = task({ kind: 'build', state: 'failed', steps: [step({ jobs: [taken] })] })
    const frozen = task({ kind: 'snapshot', state: 'failed' })
    for (const failed of [build, frozen]) {
      const at = stage({ tasks: [failed] })
      const said = presentFailed(run({ stages: [at] }), at, failed, [], monday)
      assert.doesNotMatch(said, /again, as it is/)
      assert.match(said, /go on without it/)
    }
  })

  test('a long reason is whole, in lines of the width of the screen', () => {
    const whole =
      `ingest-api 2.0.0 has other bytes already. ${'It is what it is. '.repeat(20)}`.trim()
    const failed = task({
      state: 'failed',
      reason: `Build on builder: ${whole.slice(0, 100)}…`,
      steps: [step({ jobs: [job({ state: 'failed', reason: whole })] })],
    })
    const at = stage({ tasks: [failed] })
    const narrow = { ...monday, width: 60 }
    const said = presentFailed(run({ stages: [at] }), at, failed, [], narrow)
    const [, reason = ''] = said.split('\n\n')
    assert.equal(
      reason
        .trim()
        .split(/\n {2}/)
        .join(' '),
      `Build on builder: ${whole}`,
    )
    assert.ok(
      reason.split('\n').every((line) => line.length <= 60),
      reason,
    )
    const reached = { ...at, state: 'running' } as const
    const shown = presentRun(run({ stages: [reached] }), narrow).replaceAll(/\s+/g, ' ')
    assert.ok(shown.includes(`Build on builder: ${whole}`), shown)
  })

  test('what an earlier stage has deployed is told too', () => {
    const failed = task({ state: 'failed', reason: 'It ended with exit code 1.' })
    const dev = stage({ name: 'dev', title: 'Dev', tasks: [deployedBackend] })
    const qa = stage({ name: 'qa', title: 'QA', tasks: [failed] })
    const ended = run({ stages: [dev, qa], finishedAt: '2026-11-16T14:05:26.000Z' })
    assert.match(
      presentFailed(ended, qa, failed, [], monday),
      /Deployed so far: backend\/data-backend in Dev\. The run has ended\./,
    )
  })

  test('a step of which nobody knows asks for a verdict, and says that the agent may still answer', () => {
    const lost = job({
      resource: 'eu-staging-db',
      state: 'unknown',
      noContactSince: '2026-11-16T14:03:40.000Z',
      logLength: 8_211,
    })
    const migrate = step({
      key: 'charge-store/migrate-up',
      title: 'migrate up',
      component: 'charge-store',
      jobs: [lost],
    })
    const at = stage()
    assert.equal(
      presentUnknown(run(), at, task({ ...deployedBackend, state: 'unknown' }), migrate, lost, {
        ...monday,
        nowMs: Date.parse('2026-11-16T14:04:40Z'),
      }),
      `? deploy data-backend, charge-store "migrate up" on eu-staging-db: nobody knows what happened
  15:02:14  the agent eu-1 began the command
  15:03:40  last word from the agent; 8,211 bytes of the log are stored
  contact lost for 1 min. Not repeated: the step does not say that it may be

  As soon as the agent is back its journal answers, and the run goes on by itself. Until then, or instead:
    it ran to the end       lockstep run resolve connected-car-2.0/7/staging/deploy-data-backend/charge-store/migrate-up@eu-staging-db --ran -m HOW-YOU-KNOW
    it did not run          lockstep run resolve connected-car-2.0/7/staging/deploy-data-backend/charge-store/migrate-up@eu-staging-db --did-not-run -m HOW-YOU-KNOW
    run it again            lockstep run resolve connected-car-2.0/7/staging/deploy-data-backend/charge-store/migrate-up@eu-staging-db --try-again -m WHY-THAT-IS-SAFE`,
    )
  })
})

const RUNNING_80 = `Connected Car 2.0 · run 7                                live · Mon 16 Nov 15:24
Staging runs. Next: car to phone, when cars and phones are done

✓ Team pipelines        3 of 3 passed
✓ Staging entry         Signed with SBOM ✓   Compatible ✓
◐ Staging               1 of 4 tasks                                       22:03
  ✓ data-backend        1.12.3 → 2.0.0-rc.6   4 components                  5:41
  ◐ cars and phones
    ◐ vehicle-firmware  1.8.4 → 2.0.0-rc.4    ████████░░░░ 4 of 6          16:12
        ◐ bench-car-05 restart   ◐ bench-car-06 restart
  ○ car to phone
  ○ v1 cars on the v2 backend
○ Staging exit          4 checks, 3 approvals
○ Production            1 task`
const RUNNING_120 = `Connected Car 2.0 · run 7                                                                        live · Mon 16 Nov 15:24
Staging runs. Next: car to phone, when cars and phones are done

✓ Team pipelines        data-backend 1088 ✓   vehicle-firmware 412 ✓   mobile-app 377 ✓
✓ Staging entry         Signed with SBOM ✓   Compatible ✓
◐ Staging               1 of 4 tasks                                                         22:03
  ✓ data-backend        1.12.3 → 2.0.0-rc.6   4 components on 3 hosts, 1 skipped              5:41   agent eu-1
  ◐ cars and phones
    ◐ vehicle-firmware  1.8.4 → 2.0.0-rc.4    ████████████████░░░░░░░░ 4 of 6                16:12   agent eu-1
        ◐ bench-car-05 restart   ◐ bench-car-06 restart
  ○ car to phone
  ○ v1 cars on the v2 backend
○ Staging exit          4 checks, 3 approvals
○ Production            1 task`
const WAITING_120 = `Connected Car 2.0 · run 7 · rev 15                                                               live · Tue 17 Nov 14:32
Waits 42 min for one of release-managers, until Wed 06:00. Next: Production, Wed 06:00

✓ Team pipelines        data-backend 1088 ✓   vehicle-firmware 412 ✓   mobile-app 377 ✓
✓ Staging entry         Signed with SBOM ✓   Compatible ✓
✓ Staging               1 of 1 task                                                      22 h 48 m
◆ Staging exit          1 of 2 checks                           1 of 2 approvals, until Wed 06:00
  ✓ All tasks passed    4 of 4                                  ✓ qa                qa-lead
  ◐ Ingest errors       0.12 %, limit 0.5 %                     ◆ release-managers  waits for release-managers
○ Production            1 task`
const WAITING_80 = `Connected Car 2.0 · run 7                                live · Tue 17 Nov 14:32
Waits 42 min for one of release-managers, until Wed 06:00. Next: Production, Wed
  06:00

✓ Team pipelines        3 of 3 passed
✓ Staging entry         Signed with SBOM ✓   Compatible ✓
✓ Staging               1 of 1 task                                    22 h 48 m
◆ Staging exit          1 of 2 checks, 1 of 2 approvals
  ✓ All tasks passed    4 of 4
  ◐ Ingest errors       0.12 %, limit 0.5 %
  ✓ qa                  qa-lead
  ◆ release-managers    waits for release-managers, until Wed 06:00
○ Production            1 task`
