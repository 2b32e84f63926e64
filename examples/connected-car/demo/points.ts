// The thirty-four points, each an assertion over what was read through the public API, the mailbox or a running program.

import type { Client } from '@lockstep/client'

import type { People, ProjectName } from './accounts.ts'
import { addressOn } from './hosts.ts'
import type { Compared } from './running-bytes.ts'
import { refusalOf, type Evidence, type Inventory, type Run } from './story.ts'
import { until } from './until.ts'

/** What a line of the table says. `not_yet`: a later issue builds it, by name. */
export type Verdict =
  | { readonly kind: 'ok'; readonly text: string }
  | { readonly kind: 'not_yet'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string }

/** A point with its number and its assertion. */
export interface Point {
  readonly name: string
  readonly judge: (seen: Seen) => Promise<string> | string
}

/** Everything that was seen. */
export interface Seen {
  readonly evidence: Evidence
  readonly people: People
  readonly compared: readonly Compared[]
  /** Digests of the artifacts of a commit that was built a second time, before and after. */
  readonly rebuilt: { readonly first: readonly string[]; readonly second: readonly string[] }
}

/** What a later issue builds: said by name instead of asserted. */
class NotYet extends Error {
  override readonly name = 'NotYet'
}

/** Judges all points; an assertion that throws is FAILED, with its message. */
export async function judgePoints(seen: Seen): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map<string, Verdict>()
  for (const { name, judge } of POINTS) {
    try {
      verdicts.set(name, { kind: 'ok', text: await judge(seen) })
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      verdicts.set(name, { kind: error instanceof NotYet ? 'not_yet' : 'failed', text })
    }
  }
  return verdicts
}

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}

function notYet(text: string): never {
  throw new NotYet(text)
}

export const POINTS: readonly Point[] = [
  {
    name: 'S1',
    judge: ({ evidence }) => {
      const [first, second] = evidence.releaseRuns
      must(first?.pipeline === second?.pipeline, 'the two releases used different pipelines')
      const brings = second?.brings.length ?? 0
      must(brings === 3, `the release's pipeline delivered ${brings} applications`)
      return 'one pipeline definition delivered three applications, twice'
    },
  },
  {
    name: 'S2',
    judge: ({ evidence }) => {
      const { stages } = lastRelease(evidence)
      const whole = stages.filter(
        ({ entry, tasks, exit }) =>
          entry.state === 'passed' && tasks.length > 0 && exit.state === 'passed',
      )
      must(
        whole.length === stages.length && stages.length >= 2,
        'a stage lacks a gate or its tasks',
      )
      return `${stages.length} stages, each with entry gate, stage plan, exit gate`
    },
  },
  {
    name: 'S3',
    judge: ({ evidence }) => {
      let sequences = 0
      for (const run of [...evidence.teamRuns, ...evidence.releaseRuns]) {
        for (const stage of run.stages) sequences += countInOrder(stage)
      }
      const [cars, phones] = ['deploy-vehicle-firmware', 'deploy-mobile-app'].map((key) =>
        spanOf(lastRelease(evidence), 'staging', key),
      )
      must(cars !== undefined && phones !== undefined, 'a deployment of Staging has no jobs')
      const together = cars.from < phones.until && phones.from < cars.until
      must(together, 'the group of cars and phones did not run side by side')
      return `${sequences} tasks began after the one before had ended; a group ran 2 side by side`
    },
  },
  {
    name: 'S4',
    judge: ({ evidence }) => {
      const kinds = new Set(
        evidence.teamRuns.flatMap(({ stages }) =>
          stages.flatMap(({ tasks }) =>
            tasks.flatMap(({ kind, state }) => (state === 'succeeded' ? [kind] : [])),
          ),
        ),
      )
      for (const kind of ['build', 'test', 'deploy']) {
        must(kinds.has(kind), `no ${kind} task has succeeded`)
      }
      return 'build, test and deploy tasks ran'
    },
  },
  {
    name: 'S5',
    judge: ({ evidence }) => heldBack(evidence, 'production', 'entry', 'production'),
  },
  {
    name: 'S6',
    judge: ({ evidence }) => heldBack(evidence, 'staging', 'exit', 'production'),
  },
  {
    name: 'S7',
    judge: ({ evidence }) => {
      const exits = evidence.decisions.filter(({ gate }) => gate.node === 'exit')
      must(exits.length > 0, 'no exit gate was decided')
      for (const { mail, gate, person } of exits) {
        must(mail.to.includes(`${person}@`), `the mail of ${gate.address} went to ${mail.to}`)
        must(mail.text.includes(`/gates/${gate.id}`), `the mail of ${gate.address} has no link`)
      }
      const slowest = Math.max(...exits.map(({ mailAfterMs }) => mailAfterMs))
      return `${exits.length} approvers' mails were read from the mailbox, at most ${seconds(slowest)} after the gate began to wait`
    },
  },
  {
    name: 'S8',
    judge: ({ evidence }) => {
      const gate = lastRelease(evidence).stages[0]?.exit
      const groups = gate?.rules.filter(({ kind }) => kind === 'approval').flatMap(({ by }) => by)
      must((groups?.length ?? 0) >= 3, 'Staging was not approved by three people')
      const starter = evidence.refused.get('approve as the starter') ?? ''
      must(starter !== '', 'the person who started the run could approve it')
      return `Staging's exit was approved by one each of 3 groups; the starter was refused`
    },
  },
  {
    name: 'S9',
    judge: ({ evidence }) => {
      const refused = evidence.mistake?.stages[0]?.exit
      const rule = refused?.rules.find(({ name }) => name === 'Tests')
      must(
        refused?.state === 'rejected' && rule?.state === 'failed' && refused.reason !== '',
        'failing tests were let through',
      )
      const passed = evidence.teamRuns
        .findLast(({ name }) => name === 'mobile-app')
        ?.stages[0]?.exit.rules.find(({ name }) => name === 'Tests')
      must(passed !== undefined, 'the mended commit was not judged')
      return `refused: ${refused.reason}; let through: ${passed.evidence}`
    },
  },
  {
    name: 'S10',
    judge: ({ evidence }) => {
      const under = evidence.views.filter(({ state }) => state === 'running' || state === 'waiting')
      must(under.length > 0, 'no view of a running release was read')
      for (const view of under) {
        must(view.next !== '', `a view at ${view.version} does not say what is next`)
        const named = view.working.length > 0 || view.waitsFor.length > 0
        must(named, `a view at version ${view.version} names nobody who works or is waited for`)
      }
      return `every one of ${under.length} run views named who works, or whom it waits for, and the next step`
    },
  },
  {
    name: 'S11',
    judge: async ({ people }) => {
      const { items } = await people.as['release-manager'].listReleases({
        project: people.projects['connected-car'],
        name: 'connected-car-2.0',
      })
      const applications = items[0]?.applications ?? []
      const arrived = applications.filter(
        ({ version, passed }) => version !== null && passed !== null,
      )
      must(arrived.length === 3, `${arrived.length} of 3 versions are known to have arrived`)
      return `versions in the process: planned ${applications.length}, arrived ${arrived.length}`
    },
  },
  {
    name: 'S12',
    judge: ({ evidence }) => {
      const rules = lastRelease(evidence).stages.flatMap(({ entry, exit }) => [
        ...entry.rules,
        ...exit.rules,
      ])
      const checks = rules.filter(({ kind, state }) => kind === 'check' && state === 'holds')
      const names = new Set(checks.map(({ name }) => name))
      for (const wanted of [
        'Compatible',
        'All tasks passed',
        'Tests',
        'Ingest errors under 0.5 %',
      ]) {
        must(names.has(wanted), `readiness was not judged by "${wanted}"`)
      }
      return `readiness of Staging and Production told from ${checks.length} checks: contracts, tasks, tests, a live metric`
    },
  },
  { name: 'S13', judge: judgeIsolation },
  {
    name: 'S14',
    judge: () =>
      notYet('the application model is there as data; its diagram comes with the web page'),
  },
  {
    name: 'S15',
    judge: async ({ people }) => {
      const { items } = await people.as['release-manager'].listDefinitions({ kind: 'application' })
      must(items.length === 3, `${items.length} applications are defined`)
      const names = new Set<string>()
      for (const { name, body } of items) {
        const processes = Object.keys((body['processes'] ?? {}) as object)
        must(processes.includes('deploy'), `${name} has no process "deploy"`)
        for (const process of processes) names.add(process)
      }
      return `processes ${[...names].toSorted().join(', ')} and the build and test tasks, defined for 3 applications`
    },
  },
  {
    name: 'S16',
    judge: () =>
      notYet('the process graph is there as data; its flow diagram comes with the web page'),
  },
  {
    name: 'S17',
    judge: ({ evidence }) => {
      const teams = new Set(evidence.teamRuns.map(({ project }) => project))
      const stages = new Set(
        evidence.teamRuns.flatMap((run) => run.stages.map(({ title }) => title)),
      )
      must(teams.size === 3, `${teams.size} teams have a pipeline of their own`)
      return `three repositories, three pipelines, ${[...stages].join(' and ')}`
    },
  },
  { name: 'S18', judge: judgeCommits },
  {
    name: 'S19',
    judge: ({ evidence }) => {
      const task = evidence.teamRuns
        .findLast(({ name }) => name === 'mobile-app')
        ?.stages[1]?.tasks.find(({ title }) => title === 'on four phones')
      const phones = task?.steps[0]?.jobs.filter(({ state }) => state === 'succeeded').length ?? 0
      must(phones === 4, `tested on ${phones} phones`)
      return notYet('four phones: yes; app stores come with the mobile issue')
    },
  },
  {
    name: 'S20',
    judge: ({ evidence }) => {
      const run = lastRelease(evidence)
      const deployed = ['deploy-data-backend', 'deploy-vehicle-firmware', 'deploy-mobile-app'].map(
        (key) => spanOf(run, 'staging', key)?.until ?? Number.POSITIVE_INFINITY,
      )
      const tested = spanOf(run, 'staging', 'car-to-phone')
      must(tested !== undefined, 'nothing was tested in Staging')
      must(tested.from >= Math.max(...deployed), 'the test began before all three were there')
      const production = firstJob(run, 'production')
      must(tested.until <= production, 'Production began before the test had ended')
      return 'three applications converged in Staging and were tested together'
    },
  },
  {
    name: 'S21',
    judge: ({ evidence }) => {
      const refusal = evidence.refused.get('start with two of three') ?? ''
      must(refusal !== '' && evidence.collectedTooEarly === 2, 'it started with two of three')
      must(evidence.releaseRuns.length === 2, 'it did not start with three')
      return 'the release did not start with two of three passed, and started with three'
    },
  },
  {
    name: 'S22',
    judge: ({ evidence }) => {
      const run = lastRelease(evidence)
      const states = new Set(
        evidence.views.flatMap(({ stages }) => stages.flatMap((s) => s.tasks.map((t) => t.state))),
      )
      must(states.has('running') && states.has('succeeded'), 'no task was seen running')
      must(run.state === 'succeeded', `the run is ${run.state}`)
      const tasks = run.stages.flatMap((stage) => stage.tasks).length
      return `the run showed ${tasks} tasks in their states (${[...states].join(', ')}), and succeeded`
    },
  },
  { name: 'S23', judge: judgeSnapshots },
  {
    name: 'S24',
    judge: ({ compared }) => {
      const wrong = compared.find(({ running, built }) => running !== built)
      must(
        wrong === undefined,
        `${wrong?.where}: ${wrong?.running}, the archive of the snapshot holds ${wrong?.built}`,
      )
      must(compared.length > 0, 'nothing was compared')
      const hosts = new Set(compared.map(({ where }) => where.split(' on ')[1]))
      return `${compared.length} programs on ${hosts.size} hosts run the bytes that were built`
    },
  },
  {
    name: 'S25',
    judge: ({ evidence }) => {
      const run = lastRelease(evidence)
      const ends = evidence.decisions
        .filter(({ gate }) => gate.run === run.id && gate.stage === 'staging')
        .flatMap(({ gate }) => gate.approvals.flatMap(({ decisions }) => decisions))
        .map(({ at }) => Date.parse(at))
      const last = Math.max(0, ...ends)
      const first = firstJob(run, 'production')
      must(run.stages[0]?.exit.state === 'passed', "Staging's exit gate has not passed")
      must(first > last, 'Production began before Staging was let go')
      return "Production began after Staging's exit gate had passed"
    },
  },
  {
    name: 'S26',
    judge: ({ evidence }) => {
      const rows = rowsOf(evidence, 'after connected-car-2.0', 'Staging')
      const components = new Set(rows.map(({ component }) => component))
      must(components.size === 7, `Staging lists ${components.size} components`)
      must(
        rows.every(({ reported, verified }) => verified && reported?.version === '2.0.0'),
        'Staging has a component that is not verified with 2.0.0',
      )
      const resources = new Set(rows.map(({ resource }) => resource)).size
      return `inventory of Staging lists ${components.size} components on ${resources} hosts, each verified`
    },
  },
  { name: 'S27', judge: judgePast },
  {
    name: 'S28',
    judge: async () => {
      await lightsFollow()
      return notYet(
        'cars run and their lights follow the charge; updates over the device API come with the fleet issue',
      )
    },
  },
  {
    name: 'S29',
    judge: async () => {
      const summary = await summaryOf('prod-edge-1')
      must(summary.pushes.received > 0, 'the dashboard has taken no push')
      return `database and dashboard; widgets took ${summary.pushes.received} pushes`
    },
  },
  {
    name: 'S30',
    judge: async () => {
      const [phone, car] = await until(
        'the phone to show the charge of its car',
        async () => {
          const shown = await askJson<{ percent?: number }>('prod-phone-1', 'owner-app', '/api/car')
          const state = await askJson<{ stateOfChargePercent: number }>(
            'prod-car-1',
            'telemetry-agent',
            '/state',
          )
          const close = Math.abs((shown.percent ?? -100) - state.stateOfChargePercent) <= 2
          return close ? ([shown.percent, state.stateOfChargePercent] as const) : undefined
        },
        20_000,
      )
      return `the phone's page shows ${phone} % for a car that has ${car} %`
    },
  },
  {
    name: 'S31',
    judge: ({ evidence }) => {
      const before = versionsIn(evidence, 'before connected-car-2.0', 'Production')
      const after = versionsIn(evidence, 'after connected-car-2.0', 'Production')
      must(before.size === 3 && ![...before].includes('2.0.0'), `before: ${[...before].join(', ')}`)
      must(after.size === 1 && after.has('2.0.0'), `after: ${[...after].join(', ')}`)
      return 'v1 everywhere, then v2 committed to all three, one release'
    },
  },
  {
    name: 'S32',
    judge: async () => {
      const summary = await summaryOf('prod-edge-1')
      must(summary.averageChargePercent !== null, 'no charge has been collected')
      must(summary.averageEfficiencyMpge !== null, 'no efficiency has been collected')
      return `charge ${Math.round(summary.averageChargePercent)} % and efficiency ${Math.round(summary.averageEfficiencyMpge)} MPGe collected, averaged, shown`
    },
  },
  {
    name: 'S33',
    judge: ({ rebuilt }) => {
      must(rebuilt.first.length > 0, 'nothing was built twice')
      must(
        rebuilt.first.toSorted().join() === rebuilt.second.toSorted().join(),
        `the same commit gave ${rebuilt.first.join(', ')} and then ${rebuilt.second.join(', ')}`,
      )
      return `the same commit, built again, gave the same ${rebuilt.first.length} digests, and its deployment had nothing to do`
    },
  },
  { name: 'S34', judge: () => notYet('"simple and intuitive" is judged on the web page') },
]

// ── reading evidence ─────────────────────────────────────────────────────────────────────────

function lastRelease(evidence: Evidence): Run {
  const run = evidence.releaseRuns.at(-1)
  if (run === undefined) throw new Error('no release has run')
  return run
}

type StageView = Run['stages'][number]

function jobsOf(stage: StageView, key?: string): readonly { from: number; until: number }[] {
  return stage.tasks
    .filter((task) => key === undefined || task.key.split('/').at(-1) === key)
    .flatMap(({ steps }) => steps.flatMap(({ jobs }) => jobs))
    .flatMap(({ startedAt, finishedAt }) =>
      startedAt === null || finishedAt === null
        ? []
        : [{ from: Date.parse(startedAt), until: Date.parse(finishedAt) }],
    )
}

function spanOf(run: Run, stage: string, key: string): { from: number; until: number } | undefined {
  const found = run.stages.find(({ name }) => name === stage)
  const jobs = found === undefined ? [] : jobsOf(found, key)
  if (jobs.length === 0) return undefined
  return {
    from: Math.min(...jobs.map(({ from }) => from)),
    until: Math.max(...jobs.map(({ until }) => until)),
  }
}

function firstJob(run: Run, stage: string): number {
  const found = run.stages.find(({ name }) => name === stage)
  return Math.min(...(found === undefined ? [] : jobsOf(found)).map(({ from }) => from))
}

/** Counts tasks of a stage that began after the one before had ended; one that did not is a fault. */
function countInOrder(stage: StageView): number {
  const spans = stage.tasks
    .filter(({ groups }) => groups.length === 0)
    .flatMap((task) => {
      const jobs = jobsOf({ ...stage, tasks: [task] })
      return jobs.length === 0 ? [] : [jobs]
    })
  for (const [index, jobs] of spans.entries()) {
    const before = spans[index - 1]
    if (before === undefined) continue
    const ended = Math.max(...before.map(({ until }) => until))
    must(Math.min(...jobs.map(({ from }) => from)) >= ended, `tasks of ${stage.title} overlap`)
  }
  return Math.max(0, spans.length - 1)
}

function heldBack(evidence: Evidence, stage: string, node: string, behind: string): string {
  const run = lastRelease(evidence)
  const decisions = evidence.decisions.filter(
    ({ gate }) => gate.run === run.id && gate.stage === titleOf(stage) && gate.node === node,
  )
  const [first] = decisions
  must(first !== undefined, `nobody decided about ${stage}.${node}`)
  for (const { heldBack: states } of decisions) {
    must(
      states.length > 0 && states.every((state) => state === 'pending'),
      `a task of ${behind} had begun`,
    )
  }
  const waited = firstJob(run, behind) - Date.parse(first.gate.since)
  must(waited > 0, `${behind} began before ${stage}.${node} passed`)
  return `${titleOf(stage)}'s ${node} gate held ${titleOf(behind)}'s tasks for ${seconds(waited)}, until approved`
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function rowsOf(evidence: Evidence, name: string, title: string): Inventory['items'] {
  const found = evidence.inventories.get(name)
  if (found === undefined) throw new Error(`no inventory was kept ${name}`)
  return found.items.filter(({ environmentTitle }) => environmentTitle === title)
}

function versionsIn(evidence: Evidence, name: string, title: string): ReadonlySet<string> {
  return new Set(
    rowsOf(evidence, name, title).flatMap(({ reported }) =>
      reported === null ? [] : [reported.version],
    ),
  )
}

async function judgeIsolation({ people, evidence }: Seen): Promise<string> {
  const client = people.as['embedded-developer']
  const foreign = evidence.teamRuns.filter(({ project }) => project !== 'embedded')
  for (const { id, address } of foreign) {
    const refusal = await refusalOf(() => client.showRun({ run: id }))
    must(refusal !== '', `embedded-developer could read ${address}`)
  }
  const { items } = await client.listRuns({ limit: 200 })
  const leaked = items.find(({ project }) => project === 'backend' || project === 'mobile')
  must(leaked === undefined, `a list showed ${leaked?.address}`)
  return `three projects; none of ${foreign.length} runs of other teams could be read without a grant`
}

/** The applications, each with the project of the team that makes it. */
const TEAMS: ReadonlyMap<string, ProjectName> = new Map([
  ['vehicle-firmware', 'embedded'],
  ['data-backend', 'backend'],
  ['mobile-app', 'mobile'],
])

async function judgeCommits({ people, evidence }: Seen): Promise<string> {
  let commits = 0
  let builds = 0
  for (const [name, project] of TEAMS) {
    const client = people.as['release-manager']
    const { items } = await client.listRuns({ project: people.projects[project], name, limit: 200 })
    const triggered = items.filter(({ starter }) => starter.startsWith('commit '))
    const wanted = evidence.commits.get(name) ?? 0
    const distinct = new Set(triggered.map(({ source }) => source?.commit))
    must(
      distinct.size === wanted && triggered.length === wanted,
      `${name}: ${wanted} commits, ${triggered.length} runs for ${distinct.size} of them`,
    )
    commits += wanted
    for (const { id } of triggered) builds += countBuilds(await client.showRun({ run: id }))
  }
  must(builds === commits, `${commits} commits, and ${builds} builds were started`)
  return `${commits} commits, ${builds} builds, each started once, by polling`
}

function countBuilds(run: Run): number {
  return run.stages
    .flatMap(({ tasks }) => tasks)
    .filter(({ kind }) => kind === 'build')
    .flatMap(({ steps }) => steps.flatMap(({ jobs }) => jobs)).length
}

async function judgeSnapshots({ people, evidence }: Seen): Promise<string> {
  const run = lastRelease(evidence)
  let stagesCompared = 0
  for (const { application, snapshot } of run.brings) {
    const project = TEAMS.get(application)
    must(project !== undefined, `no team makes ${application}`)
    const { items } = await people.as['release-manager'].listSnapshots({
      project: people.projects[project],
      application,
    })
    const found = items.find(({ digest }) => digest === snapshot)
    must(found !== undefined, `the snapshot of ${application} is not there`)
    const team = evidence.teamRuns.findLast(({ name }) => name === application)
    must(team?.brings[0]?.snapshot === snapshot, `${application}: QA had another snapshot`)
    for (const title of ['Staging', 'Production']) {
      const rows = rowsOf(evidence, 'after connected-car-2.0', title).filter(
        (row) => row.application === `${project}/${application}`,
      )
      for (const { component, reported } of rows) {
        const wanted = found.components.find((one) => one.name === component)?.digest
        must(
          reported?.digest === wanted,
          `${component} in ${title} is ${reported?.digest}, the snapshot has ${wanted}`,
        )
      }
      must(rows.length > 0, `${application} is not in ${title}`)
      stagesCompared += 1
    }
  }
  return `${run.brings.length} snapshots by digest, the same from QA to Production in ${stagesCompared} deployments; their processes are in them by digest`
}

async function judgePast({ people, evidence }: Seen): Promise<string> {
  const then = evidence.inventories.get('before connected-car-2.0')
  must(then !== undefined, 'no inventory was kept before the release')
  const again = await people.as['release-manager'].showInventory({ at: then.at })
  const lines = (inventory: Inventory): string =>
    inventory.items
      .map(({ environment, component, resource, reported }) =>
        [environment, component, resource, reported?.version, reported?.digest].join(' '),
      )
      .toSorted()
      .join('\n')
  must(lines(again) === lines(then), 'inventory as of then is not what was recorded then')
  return `inventory as of before the release equals what was recorded then, ${then.items.length} rows`
}

async function lightsFollow(): Promise<void> {
  for (const car of ['prod-car-1', 'prod-car-2', 'prod-car-3']) {
    await until(
      `the light of ${car} to follow the charge`,
      async () => {
        const state = await askJson<{ stateOfChargePercent: number }>(
          car,
          'telemetry-agent',
          '/state',
        )
        const light = await askJson<{ says: string }>(car, 'battery-light', '/light')
        const shown = Number(/^(\d+) %/.exec(light.says)?.[1])
        return Math.abs(shown - state.stateOfChargePercent) <= 2 ? true : undefined
      },
      20_000,
    )
  }
}

interface Summary {
  readonly averageChargePercent: number | null
  readonly averageEfficiencyMpge: number | null
  readonly pushes: { readonly received: number }
}

function summaryOf(host: string): Promise<Summary> {
  return until(
    'the dashboard to know charge and efficiency',
    async () => {
      const summary = await askJson<Summary>(host, 'fleet-dashboard', '/api/summary')
      return summary.averageEfficiencyMpge === null ? undefined : summary
    },
    30_000,
  )
}

async function askJson<Answer>(host: string, component: string, path: string): Promise<Answer> {
  const response = await fetch(`${addressOn(host, component)}${path}`, {
    signal: AbortSignal.timeout(5_000),
  })
  return (await response.json()) as Answer
}

/** Digests of the artifacts that a run has built. */
export async function digestsOf(
  client: Client,
  run: Run,
  project: People['projects'][ProjectName],
): Promise<readonly string[]> {
  const brought = run.brings[0]
  if (brought?.snapshot === null || brought === undefined) return []
  const name = brought.application.split('/').at(-1) ?? ''
  const { items } = await client.listSnapshots({ project, application: name })
  const snapshot = items.find(({ digest }) => digest === brought.snapshot)
  return snapshot?.components.map(({ digest }) => digest) ?? []
}
