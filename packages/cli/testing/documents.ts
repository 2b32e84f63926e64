// Documents as the server gives them, for tests of what the command line makes of them.

import type {
  Gate,
  GateSummary,
  Inventory,
  InventoryRow,
  Job,
  Plan,
  Run,
  Stage,
  Step,
  Task,
} from '../src/documents.ts'

const DIGEST = `sha256:${'5c1e9ab2'.repeat(8)}`

export function job(given: Partial<Job> = {}): Job {
  return {
    id: 'job_01KA5XQ2000000000000000000' as Job['id'],
    step: 'restart',
    link: 'restart',
    resource: 'eu-staging-1',
    state: 'succeeded',
    attempt: 1,
    cause: null,
    agent: {
      id: 'agt_01KA5XQ2000000000000000000' as NonNullable<Job['agent']>['id'],
      name: 'eu-1',
    },
    startedAt: '2026-11-16T14:02:14.000Z',
    finishedAt: '2026-11-16T14:07:55.000Z',
    noContactSince: null,
    code: null,
    exitCode: 0,
    reason: null,
    runs: null,
    tests: null,
    logLength: 0,
    ...given,
  }
}

export function step(given: Partial<Step> = {}): Step {
  return {
    id: null,
    key: 'ingest-api/restart',
    title: 'restart',
    component: 'ingest-api',
    state: 'succeeded',
    targets: 1,
    succeeded: 1,
    skipped: 0,
    failed: 0,
    unknown: 0,
    reason: null,
    waitsFor: null,
    startedAt: null,
    finishedAt: null,
    needs: [],
    passedOver: [],
    jobs: [],
    ...given,
  }
}

export function task(given: Partial<Task> = {}): Task {
  return {
    key: 'car-to-phone',
    title: 'car to phone',
    groups: [],
    kind: 'test',
    address: 'connected-car-2.0/7/staging/car-to-phone',
    state: 'pending',
    attempt: 1,
    reason: null,
    since: null,
    startedAt: null,
    finishedAt: null,
    waitsFor: null,
    application: null,
    from: null,
    to: null,
    run: null,
    manual: null,
    steps: [],
    tests: null,
    ...given,
  }
}

export function gateSummary(given: Partial<GateSummary> = {}): GateSummary {
  return {
    id: null,
    address: 'connected-car-2.0/7/staging.exit',
    state: 'not_reached',
    instance: 1,
    checks: 0,
    checksHold: 0,
    approvals: 0,
    approvalsGiven: 0,
    rules: [],
    since: null,
    reason: null,
    ...given,
  }
}

export function rule(
  given: Partial<GateSummary['rules'][number]> = {},
): GateSummary['rules'][number] {
  return {
    name: 'Tests',
    kind: 'check',
    state: 'holds',
    evidence: '61 of 61',
    by: [],
    decided: [],
    missing: [],
    until: null,
    ...given,
  }
}

export function stage(given: Partial<Stage> = {}): Stage {
  return {
    id: null,
    name: 'staging',
    title: 'Staging',
    environment: 'connected-car/staging',
    state: 'pending',
    attempt: 1,
    entry: gateSummary(),
    tasks: [],
    exit: gateSummary(),
    startedAt: null,
    finishedAt: null,
    ...given,
  }
}

export function run(given: Partial<Run> = {}): Run {
  return {
    id: 'run_01KA5XQ2000000000000000000' as Run['id'],
    root: 'run_01KA5XQ2000000000000000000',
    parent: null,
    address: 'connected-car/connected-car-2.0/7',
    project: 'connected-car',
    name: 'connected-car-2.0',
    number: 7,
    pipeline: 'connected-car',
    release: 'connected-car-2.0',
    title: 'Connected Car 2.0',
    state: 'running',
    starter: 'release-manager',
    startedAt: '2026-11-16T14:02:11.000Z',
    finishedAt: null,
    plan: DIGEST,
    source: null,
    brings: [],
    version: 1,
    paused: null,
    parameters: {},
    revisions: [],
    waitsFor: [],
    working: [],
    next: '',
    fault: null,
    can: { control: true, abort: true, completeTasks: true, resolve: true },
    stages: [],
    ...given,
  }
}

export function gate(given: Partial<Gate> = {}): Gate {
  return {
    id: 'gat_01KA5XQ2000000000000000000' as Gate['id'],
    address: 'connected-car-2.0/7/staging.exit',
    project: 'connected-car',
    run: 'run_01KA5XQ2000000000000000000' as Gate['run'],
    runAddress: 'connected-car-2.0/7',
    title: 'Staging exit gate of Connected Car 2.0, run 7',
    stage: 'Staging',
    node: 'exit',
    instance: 1,
    state: 'waiting',
    since: '2026-11-17T12:50:09.000Z',
    until: '2026-11-18T05:00:00.000Z',
    brings: [],
    next: 'Production',
    checks: [],
    approvals: [],
    excluded: [],
    override: null,
    held: null,
    reason: '',
    covers: `sha256:${'e07b41c9'.repeat(8)}`,
    history: [],
    can: { approve: true, reject: true, withdraw: false, hold: true, override: false, why: null },
    version: 1,
    ...given,
  }
}

export function approval(
  given: Partial<Gate['approvals'][number]> = {},
): Gate['approvals'][number] {
  return {
    rule: 0,
    name: 'qa',
    state: 'waiting',
    given: 0,
    need: 1,
    of: ['qa'],
    asks: 'one of qa',
    oneFromEach: false,
    until: null,
    decisions: [],
    missing: [],
    waitsFor: [],
    ...given,
  }
}

type PlannedTask = Plan['stages'][number]['tasks'][number]

export function plannedTask(given: Partial<PlannedTask> = {}): PlannedTask {
  return {
    key: 'car-to-phone',
    title: 'car to phone',
    kind: 'test',
    groups: [],
    after: [],
    application: null,
    from: null,
    to: null,
    lines: [],
    irreversible: null,
    ...given,
  }
}

export function plannedLine(
  given: Partial<PlannedTask['lines'][number]> = {},
): PlannedTask['lines'][number] {
  return {
    step: 'ingest-api/restart',
    tier: 'edge',
    component: 'ingest-api',
    resources: ['eu-staging-edge-1'],
    does: ['place', 'restart'],
    skipped: null,
    from: null,
    to: null,
    atOnce: null,
    ...given,
  }
}

export function plan(given: Partial<Plan> = {}): Plan {
  return {
    digest: DIGEST,
    project: 'connected-car',
    name: 'connected-car-2.0',
    title: 'Connected Car 2.0',
    set: 7,
    wayBack: false,
    putBack: false,
    startsAt: null,
    cannotBeUndone: [],
    warnings: [],
    brings: [],
    stages: [],
    revisions: [],
    ...given,
  }
}

export function inventoryRow(given: Partial<InventoryRow> = {}): InventoryRow {
  const installed = { version: '2.0.0', digest: DIGEST }
  return {
    environment: 'env_01KA5XQ2000000000000000000' as InventoryRow['environment'],
    project: 'connected-car',
    environmentName: 'staging',
    environmentTitle: 'Staging',
    application: 'backend/data-backend',
    component: 'ingest-api',
    resource: 'eu-staging-1',
    reported: installed,
    verified: true,
    unknown: false,
    wanted: installed,
    drift: false,
    since: '2026-11-17T05:04:00.000Z',
    putBy: 'connected-car/connected-car-2.0/7',
    putBack: null,
    notPutBack: null,
    ...given,
  }
}

export function inventory(items: readonly InventoryRow[]): Inventory {
  return { at: '2026-11-17T13:32:00.000Z', items: [...items] }
}
