// Runs of plans that are written out by hand, for tests of what comes after planning.

import { randomUUIDv7 } from 'node:crypto'
import {
  idOf,
  uuidOf,
  type GatePlan,
  type RunId,
  type RunPlan,
  type StagePlan,
  type TaskPlan,
  type TaskWork,
} from '@lockstep/domain'
import type { Pool } from 'pg'
import { digestOf } from '../src/planning/digest.ts'
import type { ReactorPort } from '../src/ports/reactor.ts'
import { insertDefinition } from '../src/postgres/deliverables/definition-store.ts'
import { insertRun } from '../src/postgres/deliverables/run-store.ts'
import { savePlan } from '../src/postgres/plans.ts'

export const OPEN_GATE: GatePlan = { rules: [], allowSelfApproval: false }

/** A task that stops its stage when it fails. */
export function plannedTask(title: string, work: TaskWork, more: Partial<TaskPlan> = {}): TaskPlan {
  return {
    key: title.toLowerCase().replaceAll(' ', '-'),
    title,
    groups: [],
    after: [],
    when: null,
    always: false,
    timeoutMs: null,
    onError: { action: 'stop' },
    onLost: 'ask',
    work,
    ...more,
  }
}

/** A stage without environment, whose gates are open unless they are given. */
export function plannedStage(
  title: string,
  tasks: readonly TaskPlan[],
  gates: Partial<Pick<StagePlan, 'entry' | 'exit'>> = {},
): StagePlan {
  return {
    name: title.toLowerCase().replaceAll(' ', '-'),
    title,
    environment: null,
    when: null,
    entry: OPEN_GATE,
    tasks,
    exit: OPEN_GATE,
    holdThroughExitGate: false,
    notBefore: null,
    ...gates,
  }
}

/** A command for any agent with the label. */
export function commandWork(key: string, label = 'bench'): TaskWork {
  return {
    kind: 'work',
    purpose: 'command',
    application: null,
    step: {
      key,
      title: key,
      component: null,
      process: null,
      needs: [],
      when: null,
      always: false,
      onError: 'stop',
      atOnce: 1,
      stopAfter: 1,
      health: null,
      installs: null,
      removes: false,
      links: [
        {
          name: 'run',
          work: {
            kind: 'source_command',
            purpose: 'command',
            source: null,
            argv: ['true'],
            env: {},
            versionFile: null,
            artifacts: {},
            reports: null,
            sbom: null,
          },
          timeoutMs: 60_000,
          noOutputMs: null,
          onError: { action: 'stop' },
          onLost: 'ask',
        },
      ],
      targets: [
        {
          pool: `label:${label}`,
          resource: label,
          matrix: {},
          action: 'run',
          reason: null,
          from: null,
          to: null,
        },
      ],
    },
  }
}

/** Starts a run of these stages in a project, as its planning would have. */
export async function startPlannedRun(
  { pool, reactor }: { readonly pool: Pool; readonly reactor: ReactorPort },
  input: {
    readonly project: string
    readonly stages: readonly StagePlan[]
    readonly brings?: RunPlan['brings']
    readonly starter: `user:${string}` | `token:${string}`
  },
): Promise<RunId> {
  const { rows } = await pool.query<{ name: string; number: number }>(
    'SELECT name, number FROM projects WHERE id = $1',
    [uuidOf(input.project)],
  )
  const [project] = rows
  if (project === undefined) throw new Error(`no project ${input.project}`)
  const pipeline = randomUUIDv7()
  const name = `p-${pipeline}`.slice(0, 40)
  await insertDefinition(pool, {
    uuid: pipeline,
    projectNumber: project.number,
    kind: 'pipeline',
    name,
    source: 'test',
  })
  const plan: RunPlan = {
    v: 1,
    kind: 'run',
    pipeline: { project: project.name, name, title: 'Widget' },
    release: null,
    definitions: [],
    parameters: { soak: '2h' },
    source: null,
    brings: input.brings ?? [],
    stages: input.stages,
    onFailure: 'wait',
    waitForPersonMs: null,
    timeoutMs: null,
  }
  const digest = digestOf(plan)
  await savePlan(pool, digest, plan)
  const id = idOf('run', randomUUIDv7())
  await insertRun(pool, {
    id,
    root: id,
    projectNumber: project.number,
    name,
    pipeline,
    release: null,
    plan: digest,
    starter: input.starter,
    cause: null,
    source: null,
  })
  const created = await reactor.create(
    { project: project.number, kind: 'pipeline_run', id },
    {
      type: 'run_created',
      plan: digest,
      parent: null,
      node: 'run',
      attempt: 1,
      starter: input.starter,
    },
    input.starter,
  )
  if (!created.ok) throw new Error(`the run was refused: ${created.refusal}`)
  return id
}
