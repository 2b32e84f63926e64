// Process plans with everything filled in that a test does not speak about.

import type {
  AgentId,
  ArtifactRef,
  LinkPlan,
  ProcessPlan,
  StepPlan,
  TargetPlan,
} from '@lockstep/domain'

import { stepPlan, STAGING } from './plans.ts'

/** A version of ingest-api. Its digest begins with that version's digits. */
export function ingestApi(version: string): ArtifactRef {
  const digits = version.replaceAll(/[^0-9a-f]/g, '')
  return {
    component: 'ingest-api',
    version,
    digest: `sha256:${digits.padEnd(64, '0')}`,
    sizeBytes: 1_024,
  }
}

/** The host of the nth edge machine, where 1.0.0 is to become 2.0.0. */
export function edgeTarget(n: number, patch: Partial<TargetPlan> = {}): TargetPlan {
  const { version, digest } = ingestApi('2.0.0')
  const before = ingestApi('1.0.0')
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal id
    pool: `agent:${`agt_01K9S000000000000000${String(n).padStart(6, '0')}` as AgentId}`,
    resource: `edge-${n}`,
    matrix: {},
    action: 'run',
    reason: null,
    from: { version: before.version, digest: before.digest },
    to: { version, digest },
    ...patch,
  }
}

/** The hosts edge-1 to edge-n. */
export function edgeTargets(n: number): readonly TargetPlan[] {
  return Array.from({ length: n }, (_, index) => edgeTarget(index + 1))
}

/** A link of a chain: a command. */
export function linkPlan(name: string, patch: Partial<LinkPlan> = {}): LinkPlan {
  return {
    name,
    work: { kind: 'command', argv: ['systemctl', name, 'ingest-api'], env: {} },
    timeoutMs: 60_000,
    noOutputMs: null,
    onError: { action: 'stop' },
    onLost: 'ask',
    ...patch,
  }
}

/** A step that deploys ingest-api 2.0.0: place, then restart, on so many hosts. */
export function deployStep(targets: number, patch: Partial<StepPlan> = {}): StepPlan {
  return stepPlan('ingest-api', {
    component: 'ingest-api',
    process: 'deploy',
    tier: 'edge',
    installs: ingestApi('2.0.0'),
    links: [linkPlan('place'), linkPlan('restart')],
    targets: edgeTargets(targets),
    ...patch,
  })
}

/** A process of data-backend in Staging made of these steps. */
export function processPlan(
  steps: readonly StepPlan[],
  patch: Partial<ProcessPlan> = {},
): ProcessPlan {
  return {
    v: 1,
    kind: 'process',
    process: 'deploy',
    application: { project: 'backend', name: 'data-backend' },
    environment: { id: STAGING.id, project: STAGING.project, name: STAGING.name },
    snapshot: { digest: `sha256:${'5'.repeat(64)}`, version: '2.0.0' },
    from: '1.0.0',
    force: false,
    variables: {},
    steps,
    ...patch,
  }
}
