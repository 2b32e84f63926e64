// What a build has made becomes the artifact of its version: once, and for ever.

import type { ApplicationDefinition } from '@lockstep/define/check'
import type { ArtifactRef, Contracts, Digest, JobReport, RunPlan } from '@lockstep/domain'

import type { AgentJob } from '../postgres/agents/agent-jobs.ts'
import { findDefinition, type StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import { saveArtifact } from '../postgres/deliverables/snapshot-store.ts'
import { findPlan } from '../postgres/plans.ts'
import type { AgentDeps } from './deps.ts'

/**
 * Takes the version of each artifact for its bytes. When a version has other bytes already, the build has failed, with a
 * sentence that says so: the report that comes back is the one that counts. Repeating it changes nothing.
 */
export async function registerArtifacts(
  deps: Pick<AgentDeps, 'db'>,
  job: AgentJob,
  report: JobReport,
  sbom: Digest | null,
): Promise<JobReport> {
  const artifacts = report.artifacts ?? []
  if (report.outcome !== 'succeeded' || artifacts.length === 0) return report
  const plan = await findPlan(deps.db, job.plan)
  if (plan?.kind !== 'run') return report
  const application = await findBuilt(deps, plan, job.step)
  if (application === undefined) return report
  for (const artifact of artifacts) {
    const saved = await saveArtifact(deps.db, {
      projectNumber: application.projectNumber,
      application: application.name,
      component: artifact.component,
      version: artifact.version,
      digest: artifact.digest,
      sizeBytes: artifact.sizeBytes,
      contracts: contractsOf(application.definition, artifact),
      sbom,
      commit: plan.source?.commit ?? null,
      root: job.owner.root,
      job: job.id,
    })
    if (saved.kind === 'stored') continue
    return {
      ...report,
      outcome: 'failed',
      code: 'artifact_version_taken',
      // The way out comes first: where a sentence is too long for a place, its end is left out.
      reason: `${artifact.component} ${artifact.version} has other bytes already. Build a new version; a version never changes. It is ${saved.digest} since ${saved.since.toISOString()}, and this build made ${artifact.digest}.`,
    }
  }
  return report
}

/** The application that a build step builds, in the revision that its run keeps. */
async function findBuilt(
  deps: Pick<AgentDeps, 'db'>,
  plan: RunPlan,
  step: string,
): Promise<StoredDefinition<'application'> | undefined> {
  const works = plan.stages.flatMap(({ tasks }) => tasks.map(({ work }) => work))
  const build = works.find(
    (work) => work.kind === 'work' && work.purpose === 'build' && work.step.key === step,
  )
  if (build?.kind !== 'work' || build.application === null) return undefined
  const { project, name } = build.application
  const used = plan.definitions.find(
    (one) => one.kind === 'application' && one.project === project && one.name === name,
  )
  return findDefinition(deps.db, {
    kind: 'application',
    project,
    name,
    ...(used === undefined ? {} : { revision: used.revision }),
  })
}

function contractsOf(application: ApplicationDefinition, artifact: ArtifactRef): Contracts {
  const component = application.tiers
    .flatMap((tier) => tier.components)
    .find(({ name }) => name === artifact.component)
  return { provides: component?.provides ?? {}, requires: component?.requires ?? {} }
}
