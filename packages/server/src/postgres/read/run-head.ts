// A run by its id with its address; also the run of a task, which has no number of its own and is addressed below the run that waits for it.

import {
  idOf,
  uuidOf,
  type Digest,
  type Plan,
  type RunId,
  type RunPlan,
  type StageRunState,
} from '@lockstep/domain'

import {
  findRun,
  fromRunRow,
  RUN_COLUMNS,
  RUN_FROM,
  type RunRow,
  type StoredRun,
} from '../deliverables/run-store.ts'
import { listRows, type Queryable } from '../queryable.ts'
import { isPart, listUpwards, type Part } from './part-rows.ts'

/** A run as people address it. */
export interface RunHead extends StoredRun {
  /** `connected-car-2.0/7`, below its project; of a task's run with stage and task behind. */
  readonly address: string
  /** The run that waits for it. */
  readonly parent: RunId | null
}

/** The run with this id; undefined when there is none. */
export async function findRunHead(db: Queryable, id: string): Promise<RunHead | undefined> {
  const listed = await findRun(db, id)
  if (listed !== undefined) return headOf(listed)
  const chains = await listUpwards(db, 'pipeline_run', [id])
  return (await headsOf(db, chains)).get(id)
}

/** For each chain of parts that leads upwards, the head of the first run in it. */
export async function headsOf(
  db: Queryable,
  chains: ReadonlyMap<string, readonly Part[]>,
): Promise<ReadonlyMap<string, RunHead>> {
  const runs = [...chains.values()].flatMap((chain) =>
    chain.filter((part) => isPart(part, 'pipeline_run')),
  )
  const nested = runs.filter(({ parent }) => parent?.startsWith('stg_') === true)
  const listed = await listRunsById(
    db,
    runs.map(({ id }) => id),
  )
  const plans =
    nested.length === 0
      ? new Map<string, Plan>()
      : await readPlans(
          db,
          runs.map(({ state }) => state.plan),
        )
  const heads = new Map<string, RunHead>()
  for (const [seed, chain] of chains) {
    const head = headIn(chain, listed, plans)
    if (head !== undefined) heads.set(seed, head)
  }
  return heads
}

function headIn(
  chain: readonly Part[],
  listed: ReadonlyMap<string, StoredRun>,
  plans: ReadonlyMap<string, Plan>,
): RunHead | undefined {
  const runs = chain.filter((part) => isPart(part, 'pipeline_run'))
  const [own, parent] = runs
  const top = listed.get(runs.at(-1)?.id ?? '')
  if (own === undefined || top === undefined) return undefined
  if (parent === undefined) return headOf(top)
  const plan = runPlanIn(plans, own.state.plan)
  const path = pathBelow(chain.slice(chain.indexOf(own)), plans)
  return {
    ...top,
    id: idOf('run', uuidOf(own.id)),
    pipeline: plan?.pipeline.name ?? top.pipeline,
    release: null,
    plan: own.state.plan,
    starter: own.state.starter,
    source: plan?.source ?? null,
    at: own.createdAt,
    address: [`${top.name}/${top.number}`, ...path].join('/'),
    parent: idOf('run', uuidOf(parent.id)),
  }
}

async function listRunsById(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredRun>> {
  const rows = await listRows<RunRow>(
    db,
    `SELECT ${RUN_COLUMNS} ${RUN_FROM} WHERE r.id = ANY ($1::uuid[])`,
    [ids.map(uuidOf)],
  )
  return new Map(rows.map(fromRunRow).map((run) => [run.id, run]))
}

/** A run that has a number of its own. */
export function headOf(run: StoredRun): RunHead {
  return { ...run, address: `${run.name}/${run.number}`, parent: null }
}

/** Stages and tasks on the way down to a nested run, outermost first. */
function pathBelow(chain: readonly Part[], plans: ReadonlyMap<string, Plan>): readonly string[] {
  const steps: string[] = []
  for (const [index, part] of chain.entries()) {
    const below = chain[index - 1]
    if (!isPart(part, 'stage_run') || below === undefined) continue
    const { name, task } = taskOf(part.state, below.node, runPlanIn(plans, part.state.plan))
    steps.unshift(name, task)
  }
  return steps
}

function taskOf(
  state: StageRunState,
  node: string,
  plan: RunPlan | undefined,
): { readonly name: string; readonly task: string } {
  const stage = plan?.stages[state.stage]
  return {
    name: stage?.name ?? String(state.stage),
    task: stage?.tasks[Number(node)]?.key ?? node,
  }
}

/** The run plan with this digest among those that were read. */
export function runPlanIn(plans: ReadonlyMap<string, Plan>, digest: Digest): RunPlan | undefined {
  const plan = plans.get(digest)
  return plan?.kind === 'run' ? plan : undefined
}

/** Plans by their digests. */
export async function readPlans(
  db: Queryable,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Plan>> {
  if (digests.length === 0) return new Map()
  const rows = await listRows<{ digest: string; body: Plan }>(
    db,
    `SELECT digest, body FROM plans WHERE digest = ANY ($1)`,
    [[...new Set(digests)]],
  )
  return new Map(rows.map(({ digest, body }) => [digest, body]))
}
