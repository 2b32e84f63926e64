// What the demo has seen: plain facts that were read through the public API, the mailbox, the pages and the running
// programs. The thirty-four points are judged on nothing else, so a recorded demo can be judged again.

import type { Client } from '@lockstep/client'

import type { Compared } from './running-bytes.ts'

export type Run = Awaited<ReturnType<Client['showRun']>>
type StageView = Run['stages'][number]
type TaskView = StageView['tasks'][number]
type GateView = StageView['exit']
type Gate = Awaited<ReturnType<Client['showGate']>>
export type Inventory = Awaited<ReturnType<Client['showInventory']>>

/** A run as it was read when it had ended. */
export interface RunFacts extends Pick<
  Run,
  'address' | 'project' | 'name' | 'number' | 'pipeline' | 'title' | 'state' | 'starter' | 'brings'
> {
  readonly commit: string | null
  readonly startedAt: Run['startedAt']
  readonly finishedAt: Run['finishedAt']
  readonly stages: readonly StageFacts[]
}

export interface StageFacts extends Pick<StageView, 'name' | 'title' | 'environment' | 'state'> {
  readonly entry: GateFacts
  readonly tasks: readonly TaskFacts[]
  readonly exit: GateFacts
}

export interface GateFacts extends Pick<GateView, 'address' | 'state' | 'since' | 'reason'> {
  readonly rules: readonly Pick<
    GateView['rules'][number],
    'name' | 'kind' | 'state' | 'evidence' | 'decided'
  >[]
}

export interface TaskFacts extends Pick<TaskView, 'key' | 'title' | 'groups' | 'kind' | 'state'> {
  readonly steps: readonly StepFacts[]
}

export interface StepFacts extends Pick<
  TaskView['steps'][number],
  'targets' | 'skipped' | 'needs'
> {
  readonly jobs: readonly Pick<
    TaskView['steps'][number]['jobs'][number],
    'link' | 'resource' | 'state' | 'startedAt' | 'finishedAt'
  >[]
}

/** One look at a run while it ran: what a person who watches is told. */
export interface ViewFacts extends Pick<Run, 'address' | 'version' | 'state' | 'next'> {
  /** Who or what works, in words. */
  readonly working: readonly string[]
  readonly waitsFor: readonly string[]
  readonly taskStates: readonly string[]
}

/** A decision of a person, with the mail that asked for it. */
export interface DecisionFacts {
  readonly person: string
  readonly gate: Pick<Gate, 'id' | 'address' | 'runAddress' | 'stage' | 'node' | 'since'>
  /** Names of the groups and users that the gate asked. */
  readonly of: readonly string[]
  /** Everybody whose approval the gate waited for. */
  readonly waitsFor: readonly string[]
  readonly decidedAt: string
  /** The mail that asked, as it was read from the mailbox. */
  readonly mail: { readonly to: string; readonly subject: string; readonly link: string }
  /** How long the mail took after the gate began to wait. */
  readonly mailAfterMs: number
  /** States of the tasks behind the gate when the person looked. */
  readonly heldBack: readonly string[]
}

export interface InventoryFacts {
  readonly at: string
  readonly rows: readonly InventoryRow[]
}
export interface InventoryRow extends Pick<
  Inventory['items'][number],
  'environmentTitle' | 'application' | 'component' | 'resource' | 'verified'
> {
  readonly version: string | null
  readonly digest: string | null
}

/** What a car, its light, the dashboard and the phone said when they were asked. */
export interface ProductFacts {
  readonly cars: readonly CarFacts[]
  /** The dashboard of Production, asked twice. */
  readonly dashboard: readonly [DashboardFacts, DashboardFacts]
  /** Names of the places on the dashboard's page and on the phone's page that show a value. */
  readonly dashboardPage: readonly string[]
  readonly phonePage: readonly string[]
  readonly phone: {
    readonly car: string
    readonly charge: string
    readonly sentAt: string
    readonly shownAfterMs: number
    /** What the car itself remembers of that moment. */
    readonly carPercent: number | null
  }
}

export interface CarFacts {
  readonly name: string
  readonly format: number
  readonly chargePercent: number
  /** What the light said, in which colour, and the charges of the car around that moment. */
  readonly light: string
  readonly hex: string
  readonly recentPercents: readonly number[]
}

export interface DashboardFacts {
  readonly version: string
  readonly received: number
  readonly carCount: number
  readonly averageChargePercent: number | null
  readonly averageEfficiencyMpge: number | null
  /** What each car told last, as the dashboard knows it. */
  readonly chargesPercent: readonly number[]
  /** Cells of a car, new with version 2. */
  readonly cellCounts: readonly number[]
}

/** What a person saw and did on a phone. */
export interface PhoneFacts {
  readonly person: string
  /** In px. */
  readonly width: number
  /** How often a finger pressed something after signing in. */
  readonly presses: number
  /** What the page told goes on: `vehicle-firmware 1.8.4 → 2.0.0`. */
  readonly versions: readonly string[]
  readonly isTooWide: boolean
  /** Errors of the page itself. */
  readonly problems: readonly string[]
}

/** What the page of a run told at one moment. */
export interface RunLook {
  readonly state: string
  readonly next: string
  readonly working: string
  readonly waitsFor: string
}

/** What the page of the last release's run showed, while it was open from the start to the end. */
export interface RunPageFacts {
  /** Each told something else than the one before. */
  readonly looks: readonly RunLook[]
  /** When the run had ended: how each stage, gate and task was shown. */
  readonly ended: readonly { readonly name: string; readonly state: string }[]
  readonly problems: readonly string[]
}

/** A diagram as it is drawn: names of its boxes, and `from → to` for each line between them. */
export interface DiagramFacts {
  readonly nodes: readonly string[]
  readonly lines: readonly string[]
}

/** A cell of applications × environments, as the page has it. */
export interface ShownVersion {
  readonly application: string
  readonly environment: string
  readonly version: string
}

/** What a person saw at a desk when the story had ended. */
export interface DeskFacts {
  readonly model: DiagramFacts
  readonly process: DiagramFacts
  readonly matrix: readonly ShownVersion[]
  readonly problems: readonly string[]
}

/** Everything that was seen. */
export interface Evidence {
  readonly teamRuns: RunFacts[]
  readonly releaseRuns: RunFacts[]
  readonly views: ViewFacts[]
  readonly decisions: DecisionFacts[]
  /** Refusals that had to come: by what was tried. Empty when it was let through. */
  readonly refused: Record<string, string>
  /** What was where, by the moment: `before connected-car-2.0`. */
  readonly inventories: Record<string, InventoryFacts>
  /** The run of the commit with a mistake, when its gate had refused it. */
  mistake: RunFacts | undefined
  /** How many applications the release had collected when it was tried too early. */
  collectedTooEarly: number
  rebuilt: Rebuilt | undefined
  /** The approval of the last release that was given on a phone; undefined: nobody did, or there was no browser. */
  phone: PhoneFacts | undefined
  /** Undefined: there was no browser. */
  runPage: RunPageFacts | undefined
  /** What the web page showed; undefined: there was no browser to look with. */
  desk: DeskFacts | undefined
  gathered: Gathered | undefined
}

/** What a commit became, and what it became when it was built again. */
export interface Rebuilt {
  readonly first: readonly string[]
  readonly second: readonly string[]
  /** How the deployment of the second build to where the first one runs went. */
  readonly deployed: { readonly targets: number; readonly skipped: number; readonly jobs: number }
}

/** What was read when the story had ended. */
export interface Gathered {
  readonly groups: readonly string[]
  /** Runs of other teams that a developer tried to read, and what was answered. */
  readonly foreignRuns: readonly { readonly address: string; readonly refusal: string }[]
  /** Projects of the runs that a list showed to the same developer. */
  readonly listedProjects: readonly string[]
  readonly applications: readonly ApplicationFacts[]
  /** The tier of Staging for each tier of data-backend. */
  readonly tierMap: Readonly<Record<string, string>>
  /** How the light of a vehicle is deployed. */
  readonly vehicleProcess: readonly StepOrder[]
  readonly release: {
    readonly name: string
    readonly applications: readonly {
      readonly name: string
      readonly version: string | null
      readonly passed: string | null
    }[]
  }
  /** Commits of each repository, and the runs that commits have started. */
  readonly triggers: readonly TriggerFacts[]
  readonly snapshots: readonly SnapshotFacts[]
  /** Inventory as of the moment before the last release, asked when it was over. */
  readonly inventoryOfBefore: InventoryFacts
  readonly compared: readonly Compared[]
  readonly product: ProductFacts
}

export interface ApplicationFacts {
  readonly project: string
  readonly name: string
  readonly tiers: readonly { readonly name: string; readonly components: readonly string[] }[]
  readonly processes: readonly string[]
}

/** A step, and those that have to be done before it. */
export interface StepOrder {
  readonly name: string
  readonly needs: readonly string[]
}

export interface TriggerFacts {
  readonly repository: string
  readonly commits: number
  readonly runs: readonly {
    readonly address: string
    readonly commit: string
    readonly builds: number
  }[]
}

export interface SnapshotFacts {
  readonly application: string
  readonly digest: string
  readonly components: Readonly<Record<string, string>>
  readonly processes: Readonly<Record<string, string>>
}

/** Nothing seen yet. */
export function emptyEvidence(): Evidence {
  return {
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
  }
}

/** As it is kept beside the tests: one line for each thing that was seen, and of looks that told the same only the first. */
export function presentEvidence(evidence: Evidence): string {
  const told = ({ version: _, ...view }: ViewFacts | { version: -1 }): string =>
    JSON.stringify(view)
  const views = evidence.views.filter(
    (view, index, all) => told(view) !== told(all[index - 1] ?? { version: -1 }),
  )
  const seenAtAll = Object.entries({ ...evidence, views }).filter(([, seen]) => seen !== undefined)
  const parts = seenAtAll.map(([name, seen]: [string, unknown]) => {
    const lines = Array.isArray(seen)
      ? `[\n${seen.map((one) => JSON.stringify(one)).join(',\n')}\n]`
      : JSON.stringify(seen)
    return `${JSON.stringify(name)}: ${lines}`
  })
  return `{\n${parts.join(',\n')}\n}\n`
}

/** The facts of a run that points are judged on. */
export function runFacts(run: Run): RunFacts {
  const { address, project, name, number, pipeline, title, state, starter, brings } = run
  return {
    ...{ address, project, name, number, pipeline, title, state, starter, brings },
    commit: run.source?.commit ?? null,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    stages: run.stages.map((stage) => ({
      ...pick(stage, ['name', 'title', 'environment', 'state']),
      entry: gateFacts(stage.entry),
      tasks: stage.tasks.map(taskFacts),
      exit: gateFacts(stage.exit),
    })),
  }
}

function gateFacts(gate: GateView): GateFacts {
  return {
    ...pick(gate, ['address', 'state', 'since', 'reason']),
    rules: gate.rules.map((rule) => pick(rule, ['name', 'kind', 'state', 'evidence', 'decided'])),
  }
}

function taskFacts(task: TaskView): TaskFacts {
  return {
    ...pick(task, ['key', 'title', 'groups', 'kind', 'state']),
    steps: task.steps.map((step) => ({
      ...pick(step, ['targets', 'skipped', 'needs']),
      jobs: step.jobs.map((job) =>
        pick(job, ['link', 'resource', 'state', 'startedAt', 'finishedAt']),
      ),
    })),
  }
}

/** What one look at a run told. */
export function viewFacts(run: Run): ViewFacts {
  const states = run.stages.flatMap(({ tasks }) => tasks.map(({ state }) => state))
  return {
    ...pick(run, ['address', 'version', 'state', 'next']),
    working: run.working,
    waitsFor: run.waitsFor.map(({ on, what }) => `${on}: ${what}`),
    taskStates: [...new Set(states)],
  }
}

/** What is where, as points compare it. */
export function inventoryFacts({ at, items }: Inventory): InventoryFacts {
  return {
    at,
    rows: items.map((row) => ({
      ...pick(row, ['environmentTitle', 'application', 'component', 'resource', 'verified']),
      version: row.reported?.version ?? null,
      digest: row.reported?.digest ?? null,
    })),
  }
}

function pick<Thing extends object, Key extends keyof Thing>(
  thing: Thing,
  keys: readonly Key[],
): Pick<Thing, Key> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries forgets which keys it was given
  return Object.fromEntries(keys.map((key) => [key, thing[key]])) as Pick<Thing, Key>
}
