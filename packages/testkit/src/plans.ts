// Plans with everything filled in that a test does not speak about.

import type {
  EnvironmentId,
  GatePlan,
  RunPlan,
  StagePlan,
  StepPlan,
  TaskPlan,
  TaskWork,
} from '@lockstep/domain'

/** A gate without rules: it passes. */
export const NO_RULES: GatePlan = { rules: [], allowSelfApproval: false }

/** The environment that stages of these plans deploy to. */
export const STAGING = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal id
  id: 'env_01K9S0000000000000000000S1' as EnvironmentId,
  project: 'connected-car',
  name: 'staging',
  title: 'Staging',
}

/** A step with one command on one label. */
export function stepPlan(key: string, patch: Partial<StepPlan> = {}): StepPlan {
  return {
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
        work: { kind: 'command', argv: ['true'], env: {} },
        timeoutMs: 60_000,
        noOutputMs: null,
        onError: { action: 'stop' },
        onLost: 'ask',
      },
    ],
    targets: [
      {
        pool: 'label:linux',
        resource: 'linux',
        matrix: {},
        action: 'run',
        reason: null,
        from: null,
        to: null,
      },
    ],
    ...patch,
  }
}

/** A task that runs a command on an agent; `work` makes it anything else. */
export function taskPlan(
  key: string,
  after: readonly number[] = [],
  patch: Partial<TaskPlan> = {},
): TaskPlan {
  return {
    key,
    title: key,
    groups: [],
    after,
    when: null,
    always: false,
    timeoutMs: null,
    onError: { action: 'stop' },
    onLost: 'ask',
    work: { kind: 'work', purpose: 'command', application: null, step: stepPlan(`stage/${key}`) },
    ...patch,
  }
}

/** The work of a task that deploys the run's own snapshot. */
export function deployWork(application = 'data-backend'): TaskWork {
  return {
    kind: 'process',
    process: 'deploy',
    application: { project: 'backend', name: application },
    snapshot: null,
    plan: null,
    force: false,
    acceptIrreversible: null,
  }
}

/** A stage without rules and with one task. */
export function stagePlan(name: string, patch: Partial<StagePlan> = {}): StagePlan {
  return {
    name,
    title: name,
    environment: STAGING,
    when: null,
    entry: NO_RULES,
    tasks: [taskPlan('work')],
    exit: NO_RULES,
    holdThroughExitGate: false,
    notBefore: null,
    ...patch,
  }
}

/** A run of these stages that waits for a person when something fails. */
export function runPlan(stages: readonly StagePlan[], patch: Partial<RunPlan> = {}): RunPlan {
  return {
    v: 1,
    kind: 'run',
    pipeline: { project: 'connected-car', name: 'connected-car', title: 'Connected car' },
    release: null,
    definitions: [],
    parameters: {},
    source: null,
    brings: [],
    stages,
    onFailure: 'wait',
    waitForPersonMs: null,
    timeoutMs: null,
    ...patch,
  }
}
