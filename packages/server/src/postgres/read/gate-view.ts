// Everything that a gate shows, for one gate or a page of them, in the same few queries.

import {
  idOf,
  overridesOf,
  uuidOf,
  type ApprovalRule,
  type Decider,
  type GateDecision,
  type Reach,
  type RunPlan,
  type StagePlan,
} from '@lockstep/domain'

import { listRows, type Queryable } from '../queryable.ts'
import { readVersions, readVersionsAt } from './environment-versions.ts'
import { readNames, type Names } from './names.ts'
import { listApprovers } from './people.ts'
import { isPart, listUpwards, type Part } from './part-rows.ts'
import { headsOf, readPlans, runPlanIn, type RunHead } from './run-head.ts'
import { readVoices, type GateSpot } from './voices.ts'

/** A decision as it was recorded, also one that does not stand any more. */
export interface RecordedDecision {
  readonly rule: number
  readonly person: string
  readonly decision: GateDecision | 'override' | 'withdraw' | 'void'
  readonly comment: string
  readonly at: Date
}

/** A gate with its plan, its run and its people. */
export interface GateView {
  readonly id: string
  readonly gate: Part<'gate_run'>
  /** The run that its stage belongs to. */
  readonly run: RunHead
  readonly plan: RunPlan
  readonly stage: StagePlan
  /** What its run brings, and what runs now where it goes from there. */
  readonly brings: readonly {
    readonly application: string
    readonly from: string | null
    readonly to: string | null
  }[]
  /** Newest first, at most `HISTORY_MAX`. */
  readonly history: readonly RecordedDecision[]
  /** Everybody whom its approvals name and who may sign in; marked who lacks the role for it. */
  readonly people: readonly Decider[]
  readonly names: Names
}

const HISTORY_MAX = 100

/** The gate with this id; undefined when there is none. */
export async function readGateView(db: Queryable, id: string): Promise<GateView | undefined> {
  return (await readDecidableGates(db, [id])).get(id)
}

/** As `readGateViews`, and from which version each application goes or went also where the run itself has taken it there since. */
export async function readDecidableGates(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GateView>> {
  const views = new Map(await readGateViews(db, ids))
  // One after another: they may be asked on one connection, which takes one question at a time.
  for (const [id, view] of views) {
    views.set(id, { ...view, brings: await readBringsThen(db, view) })
  }
  return views
}

async function readBringsThen(
  db: Queryable,
  { plan, gate, run, brings }: GateView,
): Promise<GateView['brings']> {
  const then: GateView['brings'][number][] = []
  for (const [index, brought] of brings.entries()) {
    const application = plan.brings[index]?.application
    const past = application && pastOf(plan, gate, run, application)
    const versions = past && (await readVersionsAt(db, past.environment, past.at))
    const from = versions?.get(`${application?.project ?? ''}/${application?.name ?? ''}`) ?? null
    then.push(versions === undefined ? brought : { ...brought, from })
  }
  return then
}

/** Where and when to look for what ran before; undefined: what runs now is what it goes from. */
function pastOf(
  plan: RunPlan,
  gate: Part<'gate_run'>,
  run: RunHead,
  application: Brought,
): { readonly environment: string; readonly at: Date } | undefined {
  const next = goesTo(plan, gate, application)
  // Where it goes nowhere any more, the run itself has taken it there.
  const environment = next ?? wentTo(plan, gate, application)
  // What it let through may run there since: from which version it went is told as it was then.
  const at = next === undefined ? run.at : gate.finishedAt
  return environment === undefined || at === null ? undefined : { environment, at }
}

/** These gates by their ids; what is not there is left out. */
export async function readGateViews(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GateView>> {
  const chains = await listUpwards(db, 'gate_run', ids)
  const gates = [...chains.values()].flatMap(([gate]) => (isPart(gate, 'gate_run') ? [gate] : []))
  const heads = await headsOf(db, chains)
  const plans = await readPlans(
    db,
    gates.map(({ state }) => state.plan),
  )
  const known = gates.flatMap((gate) => {
    const plan = runPlanIn(plans, gate.state.plan)
    const run = heads.get(gate.id)
    const stage = plan?.stages[gate.state.stage]
    return plan === undefined || run === undefined || stage === undefined
      ? []
      : [{ gate, plan, run, stage }]
  })
  const history = await listDecisions(
    db,
    known.map(({ gate }) => gate.id),
  )
  const people = await listApprovers(
    db,
    known.flatMap(({ gate, stage }) => approvalsOf(stage, gate.state.node)),
  )
  const voices = await readVoices(
    db,
    people.map(({ id }) => id),
  )
  const versions = await readVersions(
    db,
    known.flatMap(({ plan, gate }) =>
      plan.brings.flatMap(({ application }) => goesTo(plan, gate, application) ?? []),
    ),
  )
  const made = await listMadeVersions(
    db,
    known.map(({ gate }) => gate.root),
  )
  const names = await readNames(
    db,
    namesAskedBy(
      known.map(({ gate }) => gate),
      history,
      people,
    ),
  )
  const views = known.map(({ gate, plan, run, stage }): GateView => {
    const approvals = approvalsOf(stage, gate.state.node)
    return {
      id: gate.id,
      gate,
      run,
      plan,
      stage,
      brings: plan.brings.map(({ application, version }) => {
        const name = `${application.project}/${application.name}`
        return {
          application: application.name,
          from: versions.get(goesTo(plan, gate, application) ?? '')?.get(name) ?? null,
          to: version ?? made.get(`${gate.root}/${name}`) ?? null,
        }
      }),
      history: (history.get(gate.id) ?? []).slice(0, HISTORY_MAX),
      people: people
        .filter((person) => isNamed(approvals, person))
        .map((person) => voices.at(spotOf(gate, plan), person)),
      names,
    }
  })
  return new Map(views.map((view) => [view.id, view]))
}

/** Where the roles count that let somebody decide at this gate. */
export function spotOf(
  { project, state }: Pick<Part<'gate_run'>, 'project' | 'state'>,
  plan: RunPlan,
): GateSpot {
  return { project, environment: plan.stages[state.stage]?.environment?.id ?? null }
}

/** The stage that what passes the gate goes to: its own behind the entry gate, the next behind the exit gate. */
export function behind(plan: RunPlan, gate: Part<'gate_run'>): StagePlan | undefined {
  const { stage, node } = gate.state
  return plan.stages[node === 'entry' ? stage : stage + 1]
}

type Brought = RunPlan['brings'][number]['application']

/** The environment to which an application goes from the gate: of the first stage behind it that deploys it, or that has one. */
function goesTo({ stages }: RunPlan, gate: Part<'gate_run'>, brought: Brought): string | undefined {
  const { stage, node } = gate.state
  const ahead = stages.slice(node === 'entry' ? stage : stage + 1)
  const next = ahead.find((one) => deploys(one, brought)) ?? ahead.find((one) => one.environment)
  return next?.environment?.id
}

/** The last environment before the gate to which the run takes an application. */
function wentTo({ stages }: RunPlan, gate: Part<'gate_run'>, brought: Brought): string | undefined {
  const before = stages.slice(0, gate.state.stage + 1)
  return before.findLast((one) => deploys(one, brought))?.environment?.id
}

function deploys({ environment, tasks }: StagePlan, { project, name }: Brought): boolean {
  return (
    environment !== null &&
    tasks.some(
      ({ work }) =>
        work.kind === 'process' &&
        work.application.project === project &&
        work.application.name === name,
    )
  )
}

function approvalsOf(stage: StagePlan, node: 'entry' | 'exit'): readonly ApprovalRule[] {
  return stage[node].rules.filter((rule) => rule.kind === 'approval')
}

function isNamed(approvals: readonly ApprovalRule[], person: Decider): boolean {
  return approvals.some(({ by }) =>
    by.some(({ id }) => id === person.id || person.groups.includes(id)),
  )
}

function namesAskedBy(
  gates: readonly Part<'gate_run'>[],
  history: ReadonlyMap<string, readonly RecordedDecision[]>,
  people: readonly Decider[],
): readonly string[] {
  return [
    ...gates.flatMap(({ state }) => [
      ...[...state.decisions, ...overridesOf(state)].map(({ person }) => person),
      ...state.excluded.map(({ person }) => person),
      ...(state.held === null ? [] : [state.held.by]),
    ]),
    ...[...history.values()].flatMap((decisions) => decisions.map(({ person }) => person)),
    ...people.map(({ id }) => id),
  ]
}

async function listDecisions(
  db: Queryable,
  gates: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedDecision[]>> {
  if (gates.length === 0) return new Map()
  const rows = await listRows<RecordedDecision & { readonly gate_id: string }>(
    db,
    `SELECT d.gate_id, d.rule, d.person, d.decision, d.comment, d.at FROM decisions d
     JOIN aggregates a ON a.id = d.gate_id AND a.kind = 'gate_run' AND a.project_id = d.project_id AND a.root_id = d.root_id
     WHERE a.id = ANY ($1::uuid[]) ORDER BY d.at DESC, d.seq DESC, d.ordinal DESC`,
    [gates.map(uuidOf)],
  )
  return Map.groupBy(rows, ({ gate_id: gate }) => idOf('gat', gate))
}

/** Versions of the snapshots that runs have made themselves, by `root/project/application`. */
async function listMadeVersions(
  db: Queryable,
  roots: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (roots.length === 0) return new Map()
  const prefixes = new Map(roots.map((root) => [uuidOf(root), root]))
  const rows = await listRows<{
    root_id: string
    project: string
    application: string
    version: string
  }>(
    db,
    `SELECT s.root_id, p.name AS project, s.application, s.version FROM run_snapshots s
     JOIN projects p ON p.number = s.project_id WHERE s.root_id = ANY ($1::uuid[])`,
    [[...prefixes.keys()]],
  )
  return new Map(
    rows.map((row) => [
      `${prefixes.get(row.root_id) ?? ''}/${row.project}/${row.application}`,
      row.version,
    ]),
  )
}

/** A gate that waits for people, as far as it takes to say for whom. */
export interface WaitingGate {
  readonly id: string
  readonly project: number
  readonly state: Part<'gate_run'>['state']
  readonly plan: RunPlan
}

/** Gates that wait for somebody, of the projects in reach, in the order in which they were made. */
export async function listWaitingGates(
  db: Queryable,
  reach: Reach,
  filter: {
    readonly root?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
  },
): Promise<readonly WaitingGate[]> {
  const rows = await listRows<WaitingGate>(
    db,
    `SELECT a.id, a.project_id AS project, a.state, pl.body AS plan FROM aggregates a
     JOIN projects p ON p.number = a.project_id JOIN plans pl ON pl.digest = a.state->>'plan'
     WHERE a.needs_person AND a.kind = 'gate_run' AND ($1::uuid[] IS NULL OR p.id = ANY ($1))
       AND ($2::uuid IS NULL OR a.root_id = $2) AND ($3::uuid IS NULL OR a.id > $3)
     ORDER BY a.id LIMIT $4`,
    [
      reach.everywhere ? null : reach.projects.map(uuidOf),
      filter.root === undefined ? null : uuidOf(filter.root),
      filter.after === undefined ? null : uuidOf(filter.after),
      filter.limit,
    ],
  )
  return rows.map((row) => ({ ...row, id: idOf('gat', row.id) }))
}
