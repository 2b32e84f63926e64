// Everything that the view of one run is made of, in a bounded number of queries whatever the run has gone through.

import {
  findAwaited,
  idOf,
  uuidOf,
  type Digest,
  type Plan,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import { listRunSnapshots, type RunSnapshot } from '../deliverables/run-store.ts'
import { listRows, type Queryable } from '../queryable.ts'
import { readVersions, type EnvironmentVersions } from './environment-versions.ts'
import { nameOf, readNames, type Names } from './names.ts'
import {
  isPart,
  listNewestOfStages,
  listRunAndStages,
  listStepsOfProcesses,
  type Part,
} from './part-rows.ts'
import { findRunHead, readPlans, type RunHead } from './run-head.ts'
import { listJobsOf, type JobRow } from './run-jobs.ts'

/** A run with its plan and the newest of everything below it. */
export interface RunView {
  readonly head: RunHead
  readonly plan: RunPlan
  readonly run: Part<'pipeline_run'>
  /** Stage runs by their ids, newest first; also earlier ones, whose work is kept after a restart. */
  readonly stages: ReadonlyMap<string, Part<'stage_run'>>
  /** By stage index and node (`0/entry`, `0/3`): what works or worked last for it. */
  readonly parts: ReadonlyMap<string, Part>
  /** Step runs by process run and key of the step (`prc_…/cars`). */
  readonly steps: ReadonlyMap<string, Part<'step_run'>>
  /** Jobs by the step run that owns them. */
  readonly jobs: ReadonlyMap<string, readonly JobRow[]>
  /** Process plans, by digest. */
  readonly plans: ReadonlyMap<string, Plan>
  readonly names: Names
  /** Snapshots that the run has made itself, by `project/application`. */
  readonly made: ReadonlyMap<string, RunSnapshot>
  readonly versions: EnvironmentVersions
  /** The environments that its stages wait for, by id. */
  readonly awaited: ReadonlyMap<string, AwaitedPlace>
  /** Addresses of the runs in which the snapshots have passed, by id. */
  readonly passed: ReadonlyMap<string, string>
}

/** Reads the run with this id; undefined when there is none, or when it has not begun. */
export async function readRunView(db: Queryable, id: string): Promise<RunView | undefined> {
  const head = await findRunHead(db, id)
  if (head === undefined) return undefined
  const at = { project: head.projectNumber, root: head.root }
  const { run, stages } = await listRunAndStages(db, { ...at, run: head.id })
  const runPlan = (await readPlans(db, [head.plan])).get(head.plan)
  if (run === undefined || runPlan?.kind !== 'run') return undefined
  const below = await listNewestOfStages(
    db,
    at,
    stages.map((stage) => stage.id),
  )
  const processes = below.filter((part) => isPart(part, 'process_run'))
  const steps = await listStepsOfProcesses(
    db,
    at,
    processes.map((process) => process.id),
  )
  const plans = await readPlans(db, [
    ...processes.map(({ state }) => state.plan),
    ...plannedDigests(runPlan),
  ])
  const workers = [...steps, ...below.filter((part) => isPart(part, 'step_run'))]
  const jobs = await listJobsOf(
    db,
    at,
    workers.map((step) => step.id),
  )
  const gates = below.filter((part) => isPart(part, 'gate_run'))
  const stagesById = new Map(stages.map((stage) => [stage.id, stage]))
  return {
    head,
    plan: runPlan,
    run,
    stages: stagesById,
    parts: new Map(below.map((part) => [partKey(stagesById, part), part])),
    steps: new Map(steps.map((step) => [`${step.parent ?? ''}/${step.node}`, step])),
    jobs: Map.groupBy(jobs, ({ owner }) => owner),
    plans,
    names: await readNames(db, [
      head.starter,
      ...(run.state.paused === null ? [] : [run.state.paused.by]),
      ...gates.flatMap(({ state }) => [
        ...state.decisions.map(({ person }) => person),
        ...(state.held === null ? [] : [state.held.by]),
      ]),
    ]),
    made: await listRunSnapshots(db, head.root),
    versions: await readVersions(db, environmentsOf(runPlan)),
    awaited: await readAwaited(
      db,
      head.root,
      stages.map(({ state }) => state),
      runPlan,
    ),
    passed: await readAddresses(
      db,
      runPlan.brings.flatMap(({ passed }) => (passed === null ? [] : [passed])),
    ),
  }
}

function partKey(stages: ReadonlyMap<string, Part<'stage_run'>>, part: Part): string {
  const stage = part.parent === null ? undefined : stages.get(part.parent)
  return `${stage?.state.stage ?? ''}/${part.node}`
}

function plannedDigests(plan: RunPlan): readonly Digest[] {
  return plan.stages.flatMap(({ tasks }) =>
    tasks.flatMap(({ work }) => (work.kind === 'process' && work.plan !== null ? [work.plan] : [])),
  )
}

function environmentsOf(plan: RunPlan): readonly string[] {
  return plan.stages.flatMap(({ environment }) => (environment === null ? [] : [environment.id]))
}

/** An environment that a stage waits for, and who holds it, in words; null: nobody, or the run itself. */
export interface AwaitedPlace {
  readonly name: string
  readonly holder: string | null
}

interface LockRow {
  readonly id: string
  readonly name: string
  readonly holder:
    | { readonly kind: 'person'; readonly person: string; readonly reason: string }
    | { readonly kind: 'runs'; readonly claims: readonly (readonly [string, string])[] }
    | null
}

/** The environments that stages of this run wait for, and who has them. */
async function readAwaited(
  db: Queryable,
  root: string,
  stages: readonly StageRunState[],
  plan: RunPlan,
): Promise<ReadonlyMap<string, AwaitedPlace>> {
  const wanted = stages.flatMap((state) => {
    const stage = plan.stages[state.stage]
    return (stage && findAwaited(state, stage)) ?? []
  })
  if (wanted.length === 0) return new Map()
  const locks = await listRows<LockRow>(
    db,
    `SELECT a.id, a.state->'holder' AS holder, d.name FROM aggregates a JOIN definitions d ON d.id = a.id
     WHERE a.root_id = ANY ($1::uuid[]) AND a.parent_id IS NULL AND a.kind = 'environment_lock'`,
    [wanted.map(uuidOf)],
  )
  const others = locks.flatMap(({ holder }) =>
    holder?.kind === 'runs' ? holder.claims.map(([run]) => run).filter((run) => run !== root) : [],
  )
  const runs = await readAddresses(db, others)
  const people = await readNames(
    db,
    locks.flatMap(({ holder }) => (holder?.kind === 'person' ? [holder.person] : [])),
  )
  return new Map(
    locks.map(({ id, name, holder }) => [
      idOf('env', id),
      { name, holder: holderText(holder, root, runs, people) },
    ]),
  )
}

/** null: nobody, or the run itself, which is about to hear of it. */
function holderText(
  holder: LockRow['holder'],
  root: string,
  runs: ReadonlyMap<string, string>,
  people: Names,
): string | null {
  if (holder === null) return null
  if (holder.kind === 'person') return `${nameOf(people, holder.person)}: ${holder.reason}`
  const others = new Set(holder.claims.map(([run]) => run).filter((run) => run !== root))
  return others.size === 0 ? null : [...others].map((run) => runs.get(run) ?? run).join(', ')
}

/** Addresses (`project/name/7`) of runs by their ids; of a release's root, that of its newest run. */
export async function readAddresses(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const known = ids.filter((id) => /^(run|rel)_/.test(id))
  if (known.length === 0) return new Map()
  const rows = await listRows<{ id: string; root_id: string; address: string }>(
    db,
    `SELECT r.id, r.root_id, p.name || '/' || r.name || '/' || r.number AS address
     FROM runs r JOIN projects p ON p.number = r.project_id
     WHERE r.id = ANY ($1::uuid[]) OR r.root_id = ANY ($1::uuid[]) ORDER BY r.number`,
    [known.map(uuidOf)],
  )
  const addresses = new Map<string, string>()
  for (const id of known) {
    const uuid = uuidOf(id)
    const row = rows.findLast((one) => one.id === uuid || one.root_id === uuid)
    if (row !== undefined) addresses.set(id, row.address)
  }
  return addresses
}
