// Freezes what a build has made: bits by digest, processes and configuration by definition.

import {
  snapshotText,
  type ArtifactRef,
  type Digest,
  type RunPlan,
  type SnapshotBody,
  type SnapshotComponent,
} from '@lockstep/domain'
import type { ApplicationDefinition } from '@lockstep/define/check'

import { digestOf, digestOfText } from '../planning/digest.ts'
import { findDefinition, type StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import { saveRunSnapshot } from '../postgres/deliverables/run-store.ts'
import { listArtifacts, saveSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { artifactsOf, listStepReports } from '../postgres/read/run-results.ts'
import { asStageRun, stageAt, type Asked, type PerformerDeps } from './performer.ts'

/** Makes the snapshot of the run's build; asked again, it makes the same one. */
export async function makeSnapshot(
  deps: PerformerDeps,
  asked: Asked<'make_snapshot'>,
): Promise<void> {
  const { question, target } = asked
  const { node, attempt } = question
  const made = await freeze(deps, asked)
  const answer =
    'detail' in made
      ? { type: 'snapshot_refused', node, attempt, detail: made.detail }
      : { type: 'snapshot_made', node, attempt, ...made }
  await deps.reactor.submit(target, answer, 'rule')
}

type Frozen = { readonly digest: string; readonly version: string } | { readonly detail: string }

async function freeze(
  deps: PerformerDeps,
  { question, target, state, plan }: Asked<'make_snapshot'>,
): Promise<Frozen> {
  const task = stageAt(plan, asStageRun(state).stage).tasks[question.node]
  if (task?.work.kind !== 'snapshot') throw new Error('the question names a snapshot task')
  const { application } = task.work
  const definition = await findUsed(deps, plan, application)
  if (definition === undefined) {
    return {
      detail: `The application ${application.project}/${application.name} is not there any more.`,
    }
  }
  const built = await readBuild(deps, target.project, target.root, plan, application)
  if (built.version === undefined) {
    return {
      detail: `No build of ${application.name} has succeeded in this run: put a build task before the snapshot.`,
    }
  }
  return save(deps, { target, definition, built: { ...built, version: built.version } })
}

async function findUsed(
  deps: PerformerDeps,
  plan: RunPlan,
  application: { readonly project: string; readonly name: string },
): Promise<StoredDefinition<'application'> | undefined> {
  const used = plan.definitions.find(
    (one) =>
      one.kind === 'application' &&
      one.project === application.project &&
      one.name === application.name,
  )
  return findDefinition(deps.db, {
    kind: 'application',
    ...application,
    ...(used === undefined ? {} : { revision: used.revision }),
  })
}

async function readBuild(
  deps: PerformerDeps,
  project: number,
  root: string,
  plan: RunPlan,
  application: { readonly project: string; readonly name: string },
): Promise<{ readonly version: string | undefined; readonly artifacts: readonly ArtifactRef[] }> {
  const steps = new Set(
    plan.stages.flatMap((stage) =>
      stage.tasks.flatMap(({ work }) =>
        work.kind === 'work' &&
        work.purpose === 'build' &&
        work.application?.name === application.name &&
        work.application.project === application.project
          ? [work.step.key]
          : [],
      ),
    ),
  )
  const reports = await listStepReports(deps.db, { project, root })
  return artifactsOf(reports.filter(({ step }) => steps.has(step)))
}

async function save(
  deps: PerformerDeps,
  input: {
    readonly target: Asked['target']
    readonly definition: StoredDefinition<'application'>
    readonly built: { readonly version: string; readonly artifacts: readonly ArtifactRef[] }
  },
): Promise<Frozen> {
  const { target, definition, built } = input
  const components = definition.definition.tiers.flatMap((tier) => tier.components)
  const stored = await listArtifacts(deps.db, {
    projectNumber: definition.projectNumber,
    application: definition.name,
    version: built.version,
  })
  const frozen: SnapshotComponent[] = []
  for (const component of components) {
    const artifact = built.artifacts.find((one) => one.component === component.name)
    const kept = stored.find((one) => one.component === component.name)
    if (artifact === undefined || kept === undefined) {
      return {
        detail: `The build made no artifact of component "${component.name}". Add it to \`artifacts\` of the build.`,
      }
    }
    if (kept.digest !== artifact.digest) {
      return {
        detail: `${component.name} ${built.version} has other bytes already. Build a new version; a version never changes. It is ${kept.digest} in the store, and the build made ${artifact.digest}.`,
      }
    }
    const { version, digest, sizeBytes } = artifact
    frozen.push({ name: component.name, version, digest, sizeBytes, contracts: kept.contracts })
  }
  const body: SnapshotBody = {
    v: 1,
    application: { project: definition.project, name: definition.name },
    version: built.version,
    components: frozen,
    processes: processDigests(definition.definition),
    configuration: {},
  }
  const digest = digestOfText(snapshotText(body))
  const { taken } = await saveSnapshot(deps.db, {
    digest,
    body,
    definition: definition.digest,
    projectNumber: target.project,
    root: target.root,
  })
  if (taken !== null) {
    return {
      detail: `${definition.name} ${built.version} is already the snapshot ${taken}, with other processes. Raise the version; a snapshot never changes.`,
    }
  }
  await saveRunSnapshot(deps.db, target.root, definition.projectNumber, {
    application: definition.name,
    digest,
    version: built.version,
  })
  return { digest, version: built.version }
}

/** Every process of the application and of its components, by name: `deploy`, `ingest-api/deploy`. */
function processDigests(application: ApplicationDefinition): Record<string, Digest> {
  const digests: Record<string, Digest> = {}
  for (const [name, steps] of Object.entries(application.processes)) digests[name] = digestOf(steps)
  for (const component of application.tiers.flatMap((tier) => tier.components)) {
    for (const [name, steps] of Object.entries(component.hosts ?? {})) {
      digests[`${component.name}/${name}`] = digestOf(steps)
    }
  }
  return digests
}
