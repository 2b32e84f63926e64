// One view of a run: who or what works, on which part, its state, the next step, and whom it waits for.

import type { Run, RunSummary, WaitsFor } from '@lockstep/contract'
import { isTerminalStatus, type Brings, type RunPlan, type RunStatus } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { RunSnapshot } from '../postgres/deliverables/run-store.ts'
import { nameOf, type Names } from '../postgres/read/names.ts'
import type { Part } from '../postgres/read/part-rows.ts'
import type { RunHead } from '../postgres/read/run-head.ts'
import type { RunLine, RunLines } from '../postgres/read/run-list.ts'
import type { RunView } from '../postgres/read/run-view.ts'
import { describeNext, describeWorking } from './describe-run.ts'
import { presentStage, stageView, type StageView } from './present-stage.ts'
import { dateOrNull, urgencyOf } from './present-task.ts'
import { timestampOf } from './present.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>
type Waiting = View<typeof WaitsFor>

/** What the caller may do to the run. */
export type RunCan = View<typeof Run>['can']

/** The whole document of a run. */
export function presentRun(view: RunView, can: RunCan): View<typeof Run> {
  const { plan, run, names } = view
  const stages = plan.stages.map((_, index) => stageView(view, index))
  const waitsFor = waitsOfRun(view, stages)
  const { paused } = run.state
  return {
    ...presentHead({
      ...view,
      title: plan.release?.title ?? plan.pipeline.title,
      brings: plan.brings,
      startedAt: run.createdAt,
      finishedAt: run.finishedAt,
      version: run.version,
      state: stateOf(run, waitsFor),
    }),
    paused:
      paused === null
        ? null
        : { by: nameOf(names, paused.by), at: timestampOf(paused.at), reason: paused.reason },
    parameters: { ...plan.parameters },
    revisions: presentRevisions(plan),
    waitsFor: [...waitsFor],
    working: [...describeWorking(view, stages)],
    next: describeNext(view, stages, waitsFor),
    fault: faultOf(view),
    can,
    stages: stages.map((stage, index) => presentStage(view, stage, index)),
  }
}

/** A run in a list. */
export function presentRunLine(
  line: RunLine,
  { names, passed }: RunLines,
): View<typeof RunSummary> {
  return presentHead({ ...line, names, passed })
}

function presentHead(run: {
  readonly head: RunHead
  readonly title: string
  readonly state: RunStatus
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly version: number
  readonly brings: readonly Brings[]
  readonly made: ReadonlyMap<string, RunSnapshot>
  readonly passed: ReadonlyMap<string, string>
  readonly names: Names
}): View<typeof RunSummary> {
  const { head, made, passed, names } = run
  return {
    id: head.id,
    root: head.root,
    parent: head.parent,
    address: `${head.project}/${head.address}`,
    project: head.project,
    name: head.name,
    number: head.number,
    pipeline: head.pipeline,
    release: head.release,
    title: run.title,
    state: run.state,
    starter: starterOf(nameOf(names, head.starter), head.source),
    startedAt: timestampOf(run.startedAt.getTime()),
    finishedAt: dateOrNull(run.finishedAt),
    plan: head.plan,
    source: sourceOf(head.source),
    brings: run.brings.map((brings) => {
      const own = made.get(`${brings.application.project}/${brings.application.name}`)
      return {
        application: brings.application.name,
        snapshot: brings.snapshot ?? own?.digest ?? null,
        version: brings.version ?? own?.version ?? null,
        passed: brings.passed === null ? null : (passed.get(brings.passed) ?? brings.passed),
      }
    }),
    version: run.version,
  }
}

/** The definitions that a plan was made from. */
export function presentRevisions({
  definitions,
}: Pick<RunPlan, 'definitions'>): View<typeof Run>['revisions'] {
  return definitions.map(({ kind, project, name, revision, digest }) => ({
    kind,
    name: `${project}/${name}`,
    revision,
    digest,
  }))
}

function sourceOf(
  source: RunView['head']['source'],
): { readonly repository: string; readonly branch: string; readonly commit: string } | null {
  if (source === null) return null
  const { repository, branch, commit } = source
  return { repository, branch, commit }
}

function starterOf(name: string, source: RunView['head']['source']): string {
  if (name !== 'a trigger' || source === null) return name
  return `commit ${source.commit.slice(0, 8)} on ${source.branch}`
}

function stateOf(run: Part<'pipeline_run'>, waitsFor: readonly Waiting[]): RunStatus {
  if (run.finishedAt !== null || isTerminalStatus(run.status)) return run.status
  return waitsFor.some(({ on }) => on === 'person') ? 'waiting' : run.status
}

// ── whom the run waits for ───────────────────────────────────────────────────────────────────

const WAITS_SHOWN_MAX = 50

function waitsOfRun(view: RunView, stages: readonly StageView[]): readonly Waiting[] {
  if (view.run.finishedAt !== null) return []
  const waits: Waiting[] = []
  const { paused } = view.run.state
  if (paused !== null) {
    const what = `paused by ${nameOf(view.names, paused.by)}: ${paused.reason}`
    waits.push({ on: 'person', what, since: timestampOf(paused.at), until: null })
  }
  const { startsAt } = view.run.state
  if (startsAt !== undefined) {
    const since = timestampOf(view.run.createdAt.getTime())
    waits.push({ on: 'time', what: 'its start', since, until: timestampOf(startsAt) })
  }
  for (const stage of stages) {
    waits.push(...stage.gateWaits)
    for (const { waitsFor } of stage.tasks) {
      if (waitsFor !== null && waitsFor.on !== 'child') waits.push(waitsFor)
    }
  }
  return waits.toSorted((a, b) => urgencyOf(a.on) - urgencyOf(b.on)).slice(0, WAITS_SHOWN_MAX)
}

/** Set aside after a fault of ours: what the incident is called. */
function faultOf(view: RunView): string | null {
  const parts = [view.run, ...view.stages.values(), ...view.parts.values(), ...view.steps.values()]
  return parts.map(({ fault }) => fault).find((fault) => fault !== null) ?? null
}
