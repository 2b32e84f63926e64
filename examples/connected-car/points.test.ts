// Every line of the demo's table can fail. The evidence is that of a real demo (`npm run demo -- --record FILE`); each
// test breaks the behaviour in it that its line stands for, and expects FAILED with a sentence that says what was seen.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type {
  DeskFacts,
  Evidence,
  Gathered,
  InventoryRow,
  PhoneFacts,
  RunFacts,
  RunPageFacts,
  StageFacts,
  TaskFacts,
} from './demo/evidence.ts'
import { judgePoints, POINTS, type PointName } from './demo/points.ts'
import { presentOutcome, presentPoints } from './demo/table.ts'

const RECORDED = readFileSync(join(import.meta.dirname, 'demo/recorded-evidence.json'), 'utf8')
const NOT_YET = ['S19', 'S28']
const SEEN_IN_A_BROWSER = ['S14', 'S16', 'S34']

/** Recorded evidence, free to be broken. */
type Breakable<Thing> = Thing extends string
  ? Thing
  : { -readonly [Key in keyof Thing]: Breakable<Thing[Key]> }
type Broken = Breakable<Evidence>

const recorded = (): Broken => JSON.parse(RECORDED) as Broken

interface Fault {
  readonly what: string
  readonly put: (evidence: Broken) => void
  readonly seen: RegExp
}

// ── the parts that are broken ────────────────────────────────────────────────────────────────

function last<Item>(items: readonly Item[]): Item {
  const item = items.at(-1)
  assert.ok(item !== undefined, 'the recorded evidence lacks what is to be broken')
  return item
}

function one<Item>(items: readonly Item[], isWanted: (item: Item) => boolean): Item {
  const item = items.find(isWanted)
  assert.ok(item !== undefined, 'the recorded evidence lacks what is to be broken')
  return item
}

const release = (evidence: Broken): Breakable<RunFacts> => last(evidence.releaseRuns)
const stage = (run: Breakable<RunFacts>, name: string): Breakable<StageFacts> =>
  one(run.stages, (each) => each.name === name)
const staging = (evidence: Broken): Breakable<StageFacts> => stage(release(evidence), 'staging')
const production = (evidence: Broken): Breakable<StageFacts> =>
  stage(release(evidence), 'production')
const task = (of: Breakable<StageFacts>, name: string): Breakable<TaskFacts> =>
  one(of.tasks, ({ key }) => key.split('/').at(-1) === name)
const jobs = (of: Breakable<TaskFacts>) => of.steps.flatMap((step) => step.jobs)
const gathered = (evidence: Broken): Breakable<Gathered> => {
  assert.ok(evidence.gathered !== undefined)
  return evidence.gathered
}
const desk = (evidence: Broken): Breakable<DeskFacts> => {
  assert.ok(evidence.desk !== undefined)
  return evidence.desk
}
const run = (evidence: Broken): Breakable<RunPageFacts> => {
  assert.ok(evidence.runPage !== undefined)
  return evidence.runPage
}
const phone = (evidence: Broken): Breakable<PhoneFacts> => {
  assert.ok(evidence.phone !== undefined)
  return evidence.phone
}
const mobile = (evidence: Broken): Breakable<RunFacts> =>
  one(evidence.teamRuns.toReversed(), ({ name }) => name === 'mobile-app')
const rows = (evidence: Broken, place: string): Breakable<InventoryRow>[] =>
  (evidence.inventories['after connected-car-2.0']?.rows ?? []).filter(
    (row) => row.environmentTitle === place,
  )
const first = <Item>(items: readonly Item[]): Item => one(items, () => true)

/** Moves everything that a task did by this much. */
function shift(of: Breakable<TaskFacts>, ms: number): void {
  for (const job of jobs(of)) {
    job.startedAt = moved(job.startedAt, ms)
    job.finishedAt = moved(job.finishedAt, ms)
  }
}

function moved(time: string | null, ms: number): string | null {
  return time === null ? null : new Date(Date.parse(time) + ms).toISOString()
}

const decisionsOn = (evidence: Broken, at: string, node: string) =>
  evidence.decisions.filter(
    ({ gate }) =>
      gate.runAddress === 'connected-car-2.0/1' && gate.stage === at && gate.node === node,
  )

// ── what is broken, line by line ─────────────────────────────────────────────────────────────

const FAULTS: Readonly<Record<PointName, readonly Fault[]>> = {
  S1: [
    {
      what: 'the second release used another pipeline',
      put: (seen) => void (release(seen).pipeline = 'by-hand'),
      seen: /^the releases used the pipelines connected-car and by-hand$/,
    },
    {
      what: 'an application was left out',
      put: (seen) => void release(seen).brings.pop(),
      seen: /^connected-car\/connected-car-2\.0\/1 delivered vehicle-firmware and data-backend$/,
    },
  ],
  S2: [
    {
      what: 'an exit gate was never reached',
      put: (seen) => void (staging(seen).exit.state = 'not_reached'),
      seen: /^the exit gate of Staging is not_reached$/,
    },
    {
      what: 'a stage had no tasks',
      put: (seen) => void (production(seen).tasks = []),
      seen: /^the stage plan of Production is empty$/,
    },
  ],
  S3: [
    {
      what: 'a task began before the one before had ended',
      put: (seen) => shift(task(staging(seen), 'car-to-phone'), 60_000),
      seen: /^in Staging, "v1 cars on the v2 backend" began \d+\.\d s before "car to phone" had ended$/,
    },
    {
      what: 'a group ran one after the other',
      put: (seen) => shift(task(staging(seen), 'deploy-mobile-app'), 600_000),
      seen: /^in the group of Staging one began \d+\.\d s after the other had ended$/,
    },
  ],
  S4: [
    {
      what: 'no test was run',
      put(seen) {
        for (const of of seen.teamRuns.flatMap((run) => run.stages.flatMap((at) => at.tasks))) {
          if (of.kind === 'test') of.steps = []
        }
      },
      seen: /^no test task has succeeded, only build and deploy$/,
    },
  ],
  S5: [
    {
      what: 'a task of Production ran while its entry gate waited',
      put(seen) {
        first(decisionsOn(seen, 'Production', 'entry')).heldBack = ['running', 'pending', 'pending']
      },
      seen: /^when release-manager-2 looked at Production's entry gate, tasks of Production were running$/,
    },
    {
      what: 'Production began before it was approved',
      put: (seen) => shift(task(production(seen), 'deploy-data-backend'), -60_000),
      seen: /^Production began \d+\.\d s before Production's entry gate was decided$/,
    },
    {
      what: 'nobody was asked',
      put: (seen) => void (seen.decisions = []),
      seen: /^nobody decided about Production's entry gate$/,
    },
  ],
  S6: [
    {
      what: 'a task of Production ran while the exit gate of Staging waited',
      put: (seen) => void (first(decisionsOn(seen, 'Staging', 'exit')).heldBack = ['succeeded']),
      seen: /^when \S+ looked at Staging's exit gate, tasks of Production were succeeded$/,
    },
    {
      what: 'Production began before Staging was approved',
      put: (seen) => shift(task(production(seen), 'deploy-data-backend'), -60_000),
      seen: /^Production began \d+\.\d s before Staging's exit gate was decided$/,
    },
  ],
  S7: [
    {
      what: 'the mail went to somebody else',
      put: (seen) =>
        void (first(decisionsOn(seen, 'Staging', 'exit')).mail.to = 'all@example.test'),
      seen: /^the mail of connected-car-2\.0\/1\/staging\.exit went to all@example\.test$/,
    },
    {
      what: 'the mail has no link to the gate',
      put: (seen) => void (first(decisionsOn(seen, 'Staging', 'exit')).mail.link = ''),
      seen: /^the mail of connected-car-2\.0\/1\/staging\.exit leads to nothing$/,
    },
    {
      what: 'an approver was not told',
      put(seen) {
        seen.decisions = seen.decisions.filter(
          ({ person, gate }) => person !== 'qa-lead' || gate.stage !== 'Staging',
        )
      },
      seen: /^connected-car-1\.0\/1\/staging\.exit waited for qa-lead, who got no mail$/,
    },
  ],
  S8: [
    {
      what: 'no user was asked by name',
      put(seen) {
        for (const decision of seen.decisions) decision.of = ['qa']
      },
      seen: /^only groups approved: qa$/,
    },
    {
      what: 'no group was asked',
      put: (seen) => void (gathered(seen).groups = []),
      seen: /^only users approved: /,
    },
    {
      what: 'one of the groups was passed over',
      put: (seen) =>
        void one(staging(seen).exit.rules, ({ kind }) => kind === 'approval').decided.pop(),
      seen: /^Staging was approved by \S+ and \S+, not by one of each group$/,
    },
    {
      what: 'who started the run approved it',
      put: (seen) => void (seen.refused['approve as the starter'] = ''),
      seen: /^the person who started the run could approve it$/,
    },
  ],
  S9: [
    {
      what: 'failing tests were let through',
      put(seen) {
        assert.ok(seen.mistake !== undefined)
        const { exit } = first(seen.mistake.stages)
        exit.state = 'passed'
        one(exit.rules, ({ name }) => name === 'Tests').state = 'holds'
      },
      seen: /^the gate of the mistake is passed, its rule "Tests" holds$/,
    },
    {
      what: 'the mended commit was not judged',
      put: (seen) => void (first(mobile(seen).stages).exit.rules = []),
      seen: /^the rule "Tests" of the mended commit is not there$/,
    },
  ],
  S10: [
    {
      what: 'a view does not say what is next',
      put: (seen) => void (one(seen.views, ({ state }) => state === 'running').next = ''),
      seen: /^a view of connected-car\/connected-car-1\.0\/1 at version \d+ does not say what is next$/,
    },
    {
      what: 'a view names nobody',
      put(seen) {
        const view = one(seen.views, ({ state }) => state === 'running')
        view.working = []
        view.waitsFor = []
      },
      seen: /^a view of \S+ at version \d+ names nobody who works or is waited for; next: /,
    },
    {
      what: 'the page of the run does not move',
      put: (seen) => void run(seen).looks.splice(1),
      seen: /^the page of the run showed 1 of them while it ran$/,
    },
    {
      what: 'the page of the run does not say what is next',
      put: (seen) => void (first(run(seen).looks).next = ''),
      seen: /^the page of the run did not say who works or what is next: $/,
    },
    {
      what: 'the page of the run has an error',
      put: (seen) => void run(seen).problems.push('TypeError: x is not a function'),
      seen: /^the page of the run says TypeError/,
    },
  ],
  S11: [
    {
      what: 'a version did not arrive',
      put: (seen) => void (first(gathered(seen).release.applications).passed = null),
      seen: /^connected-car-2\.0 does not say which version of \S+ arrived$/,
    },
  ],
  S12: [
    {
      what: 'the live metric was not judged',
      put(seen) {
        const { exit } = staging(seen)
        exit.rules = exit.rules.filter(({ name }) => !name.startsWith('Ingest errors'))
      },
      seen: /^readiness was not judged by Ingest errors under 0\.5 %$/,
    },
  ],
  S13: [
    {
      what: "another team's run could be read",
      put: (seen) => void (first(gathered(seen).foreignRuns).refusal = ''),
      seen: /^a developer of the embedded team could read backend\/data-backend\/\d+$/,
    },
    {
      what: "another team's runs were listed",
      put: (seen) => void gathered(seen).listedProjects.push('mobile'),
      seen: /^a list showed runs of mobile to a developer of the embedded team$/,
    },
  ],
  S14: [
    {
      what: 'a tier has no components',
      put(seen) {
        const backend = one(gathered(seen).applications, ({ name }) => name === 'data-backend')
        one(backend.tiers, ({ name }) => name === 'edge').components = []
      },
      seen: /^data-backend has components in store and insight$/,
    },
    {
      what: 'the diagram leaves out a component',
      put(seen) {
        desk(seen).model.nodes = desk(seen).model.nodes.map((node) => node.split(':')[0] ?? '')
      },
      seen: /^the diagram of data-backend shows the tiers store, edge and insight, defined: store: /,
    },
    {
      what: 'a wire is not drawn',
      put: (seen) => void desk(seen).model.lines.pop(),
      seen: /^the diagram of data-backend wires in Staging \S+ → \S+ and \S+ → \S+, defined: /,
    },
  ],
  S15: [
    {
      what: 'an application cannot be undeployed',
      put: (seen) => void (first(gathered(seen).applications).processes = ['deploy']),
      seen: /^\S+ has the processes deploy$/,
    },
  ],
  S16: [
    {
      what: 'steps stand side by side without an order',
      put(seen) {
        for (const of of release(seen).stages.flatMap((at) => at.tasks)) {
          for (const step of of.steps) step.needs = []
        }
      },
      seen: /^the deployment of the vehicle has \d+ steps, and none needs another$/,
    },
    {
      what: 'a step is not drawn',
      put: (seen) => void desk(seen).process.nodes.pop(),
      seen: /^the diagram of the vehicle deployment process shows place, defined: place and restart$/,
    },
    {
      what: 'steps stand side by side in the diagram',
      put: (seen) => void (desk(seen).process.lines = []),
      seen: /^the diagram of the vehicle deployment process leads nothing, defined: place → restart$/,
    },
  ],
  S17: [
    {
      what: 'a team went past QA',
      put: (seen) => void mobile(seen).stages.pop(),
      seen: /^mobile\/mobile-app\/3 went through Dev$/,
    },
    {
      what: 'two teams shared a pipeline',
      put: (seen) =>
        void (seen.teamRuns = seen.teamRuns.filter(({ project }) => project !== 'mobile')),
      seen: /^team pipelines ran: embedded\/vehicle-firmware and backend\/data-backend$/,
    },
  ],
  S18: [
    {
      what: 'a commit started nothing',
      put: (seen) =>
        void one(
          gathered(seen).triggers,
          ({ repository }) => repository === 'mobile-app',
        ).runs.pop(),
      seen: /^mobile-app has 3 commits, and 2 runs for 2 of them$/,
    },
    {
      what: 'a commit was built twice',
      put: (seen) => void (first(first(gathered(seen).triggers).runs).builds = 2),
      seen: /^embedded\/vehicle-firmware\/\d built 2 times$/,
    },
  ],
  S19: [
    {
      what: 'a phone was left out',
      put: (seen) =>
        void (first(jobs(task(stage(mobile(seen), 'qa'), 'on-four-phones'))).state = 'failed'),
      seen: /^tested on \S+, \S+ and \S+, not on four phones$/,
    },
  ],
  S20: [
    {
      what: 'the test of the whole began too early',
      put: (seen) => shift(task(staging(seen), 'car-to-phone'), -60_000),
      seen: /^the test of the whole began \d+\.\d s before all three were there$/,
    },
    {
      what: 'an application is not in Staging',
      put: (seen) => void (task(staging(seen), 'deploy-mobile-app').steps = []),
      seen: /^deploy-mobile-app did nothing in Staging$/,
    },
  ],
  S21: [
    {
      what: 'it started with two of three',
      put: (seen) => void (seen.refused['start with two of three'] = ''),
      seen: /^the release started with two of three$/,
    },
    {
      what: 'one of the three had not passed',
      put: (seen) => void (last(release(seen).brings).passed = null),
      seen: /^it started with vehicle-firmware and data-backend$/,
    },
  ],
  S22: [
    {
      what: 'no task was seen running',
      put(seen) {
        for (const view of seen.views) view.taskStates = ['pending']
      },
      seen: /^while connected-car\/connected-car-2\.0\/1 ran, tasks were seen only pending$/,
    },
    {
      what: 'the run did not succeed',
      put: (seen) => void (release(seen).state = 'failed'),
      seen: /^connected-car\/connected-car-2\.0\/1 is failed$/,
    },
    {
      what: 'the page shows a task as running when the run has ended',
      put: (seen) => void (first(run(seen).ended).state = 'running'),
      seen: /^when it had ended, its page showed \S+ as running$/,
    },
  ],
  S23: [
    {
      what: 'a host of Production has other bits',
      put: (seen) =>
        void (first(rows(seen, 'Production')).digest = `sha256:${'9d'.repeat(31)}0007`),
      seen: /^\S+ on prod-\S+: sha256:9d9d…0007, snapshot says sha256:[0-9a-f]{4}…[0-9a-f]{4}$/,
    },
    {
      what: 'QA had another snapshot',
      put: (seen) => void (first(mobile(seen).brings).snapshot = `sha256:${'0'.repeat(64)}`),
      seen: /^mobile-app: QA had sha256:0000…0000, the release brought sha256:/,
    },
  ],
  S24: [
    {
      what: 'a running program is not what was built',
      put: (seen) => void (last(gathered(seen).compared).running = `sha256:${'9d'.repeat(31)}0007`),
      seen: /^\S+ on \S+: sha256:9d9d…0007, snapshot says sha256:[0-9a-f]{4}…[0-9a-f]{4}$/,
    },
    {
      what: 'nothing was compared in Production',
      put(seen) {
        const all = gathered(seen)
        all.compared = all.compared.filter(({ environment }) => environment !== 'Production')
      },
      seen: /^programs were asked only in /,
    },
  ],
  S25: [
    {
      what: 'Production went before Staging was let go',
      put: (seen) => shift(task(production(seen), 'deploy-data-backend'), -60_000),
      seen: /^Production began \d+\.\d s before Staging was let go$/,
    },
    {
      what: "Staging's exit gate was passed over",
      put: (seen) => void (staging(seen).exit.state = 'rejected'),
      seen: /^Staging's exit gate is rejected$/,
    },
  ],
  S26: [
    {
      what: 'a component was not read again',
      put: (seen) => void (first(rows(seen, 'Staging')).verified = false),
      seen: /^\S+ on staging-\S+ is 2\.0\.0, and not verified$/,
    },
    {
      what: 'a component is missing',
      put(seen) {
        const inventory = seen.inventories['after connected-car-2.0']
        assert.ok(inventory !== undefined)
        inventory.rows = inventory.rows.filter(({ component }) => component !== 'owner-app')
      },
      seen: /^inventory of Staging lists battery-light, .* and telemetry-agent$/,
    },
  ],
  S27: [
    {
      what: 'the past is told otherwise',
      put: (seen) => void (first(gathered(seen).inventoryOfBefore.rows).version = '9.9.9'),
      seen: /^then recorded, and not there as of then: charge-store 2\.0\.0 on backend-dev-1 in Dev/,
    },
  ],
  S28: [
    {
      what: 'a light does not follow the charge',
      put: (seen) => void (first(gathered(seen).product.cars).light = '12 %'),
      seen: /^the light of prod-car-1 says "12 %" at \d+ %$/,
    },
    {
      what: 'a light sees no car',
      put: (seen) => void (first(gathered(seen).product.cars).light = 'no signal'),
      seen: /^the light of prod-car-1 says "no signal" at \d+ %$/,
    },
  ],
  S29: [
    {
      what: 'the widgets stand still',
      put(seen) {
        const [before, after] = gathered(seen).product.dashboard
        after.received = before.received
      },
      seen: /^the dashboard had taken (\d+) pushes, and later \1$/,
    },
    {
      what: 'a widget is missing on the page',
      put(seen) {
        const { product } = gathered(seen)
        product.dashboardPage = product.dashboardPage.filter((id) => id !== 'spread')
      },
      seen: /^the dashboard's page has no place for spread$/,
    },
  ],
  S30: [
    {
      what: 'the phone shows another charge than the car has',
      put: (seen) => void (gathered(seen).product.phone.charge = '3 %'),
      seen: /^the phone's page shows 3 %, prod-car-1 sent \d+ %$/,
    },
    {
      what: 'the phone is late',
      put: (seen) => void (gathered(seen).product.phone.shownAfterMs = 61_000),
      seen: /^the phone's page showed prod-car-1's charge 61\.0 s after it was sent$/,
    },
  ],
  S31: [
    {
      what: 'a place was left at version 1',
      put: (seen) => void (first(rows(seen, 'Production')).version = '1.12.3'),
      seen: /^after the second release Production runs 1\.12\.3 and 2\.0\.0$/,
    },
    {
      what: 'version 2 was there before',
      put(seen) {
        for (const row of seen.inventories['after connected-car-1.0']?.rows ?? []) {
          row.version = '2.0.0'
        }
      },
      seen: /^after the first release Dev ran 2\.0\.0$/,
    },
  ],
  S32: [
    {
      what: 'no efficiency was collected',
      put: (seen) => void (gathered(seen).product.dashboard[1].averageEfficiencyMpge = null),
      seen: /^no efficiency has been collected$/,
    },
    {
      what: 'the average is not that of the cars',
      put: (seen) => void (gathered(seen).product.dashboard[1].averageChargePercent = 7),
      seen: /^the dashboard says 7 % for cars of /,
    },
    {
      what: 'a car still speaks the old format',
      put: (seen) => void (first(gathered(seen).product.cars).format = 1),
      seen: /^prod-car-1 sends telemetry format 1$/,
    },
  ],
  S33: [
    {
      what: 'the same commit gave other bits',
      put(seen) {
        assert.ok(seen.rebuilt !== undefined)
        seen.rebuilt.second = seen.rebuilt.second.map(() => `sha256:${'0'.repeat(64)}`)
      },
      seen: /^the same commit gave sha256:[0-9a-f]{4}…[0-9a-f]{4} and then sha256:0000…0000$/,
    },
    {
      what: 'the same bits were deployed again',
      put: (seen) => void (seen.rebuilt && (seen.rebuilt.deployed.jobs = 4)),
      seen: /^deploying what runs already did 4 jobs and passed over \d of \d places$/,
    },
  ],
  S34: [
    {
      what: 'the matrix shows an older version',
      put: (seen) => void (first(desk(seen).matrix).version = '0.0.1'),
      seen: /^the page shows .* in .*: 0\.0\.1.*, defined: /,
    },
    {
      what: 'the page has an error',
      put: (seen) => void desk(seen).problems.push('TypeError: x is not a function'),
      seen: /^the page says TypeError/,
    },
    {
      what: 'the gate has to be scrolled sideways on a phone',
      put: (seen) => void (phone(seen).isTooWide = true),
      seen: /^the gate is wider than a phone of 360 px$/,
    },
    {
      what: 'the phone does not tell what goes from where to where',
      put: (seen) => void phone(seen).versions.pop(),
      seen: /^the phone told of 2 applications from which version to which$/,
    },
    {
      what: 'the page has an error on the phone',
      put: (seen) => void phone(seen).problems.push('TypeError: x is not a function'),
      seen: /^the page on the phone says TypeError/,
    },
  ],
}

test('the outcome counts mails and decisions over the whole demo, not for the release alone', () => {
  const evidence = recorded()
  const [release, ...counted] = presentOutcome(evidence, 33).split('\n')
  assert.match(release ?? '', /^Release .+, run \d+: succeeded after \d+ s\.$/)
  assert.equal(
    counted.join(),
    `In the whole demo 33 mails were sent and ${evidence.decisions.length} decisions made at gates. 0 of ${gathered(evidence).compared.length} programs that run now differ from the snapshots.`,
  )
})

suite('the points of a recorded demo', () => {
  test('are all thirty-four, and none has failed', () => {
    const verdicts = [...judgePoints(recorded())]
    assert.deepEqual(
      verdicts.map(([name]) => name),
      Array.from({ length: 34 }, (_, index) => `S${index + 1}`),
    )
    const open = verdicts.filter(([, { kind }]) => kind !== 'ok')
    assert.deepEqual(
      open.map(([name, { kind }]) => [name, kind]),
      NOT_YET.map((name) => [name, 'not_yet']),
    )
  })

  test('are each one line, in one sentence', () => {
    for (const line of presentPoints(judgePoints(recorded())).split('\n')) {
      assert.match(line, /^S\d+ {1,2}(ok {7}|not yet {2})\S.{10,160}[^.]$/)
    }
  })

  test('fail without evidence, except what is not asserted yet', () => {
    const verdicts = judgePoints({
      teamRuns: [],
      releaseRuns: [],
      views: [],
      decisions: [],
      refused: {},
      inventories: {},
      mistake: undefined,
      collectedTooEarly: 0,
      rebuilt: undefined,
      phone: undefined,
      runPage: undefined,
      desk: undefined,
      gathered: undefined,
    })
    const kept = [...verdicts].filter(([, { kind }]) => kind !== 'failed').map(([name]) => name)
    assert.deepEqual(kept, ['S34'])
  })

  test('that need a browser say how to get one where there is none', () => {
    const verdicts = judgePoints({ ...recorded(), phone: undefined, desk: undefined })
    for (const name of SEEN_IN_A_BROWSER) {
      const { kind, text = '' } = verdicts.get(name as PointName) ?? {}
      assert.equal(kind, 'not_yet')
      assert.match(
        text,
        /was not looked at: there is no Chromium here \(apt-get install chromium-headless-shell\)$/,
      )
    }
  })
})

suite('a point fails when what it stands for is broken', () => {
  for (const [name, faults] of Object.entries(FAULTS)) {
    for (const { what, put, seen } of faults) {
      test(`${name}: ${what}`, () => {
        const evidence = recorded()
        put(evidence)
        const verdict = judgePoints(evidence).get(name as PointName)
        assert.ok(verdict !== undefined)
        assert.equal(verdict.kind, 'failed', verdict.text)
        assert.match(verdict.text, seen)
      })
    }
  }

  test('every line has such a test', () => {
    assert.deepEqual(Object.keys(FAULTS), Object.keys(POINTS))
  })
})
