// Releases: they collect what their pipeline deploys, and bind the stages that it leaves open.

import type { Finding } from '../mistake/finding.ts'
import { listInWords } from '../mistake/nearest.ts'
import type { Definition } from '../schema/definition.ts'
import type { PipelineDefinition } from '../schema/pipeline.ts'
import { presentReference } from '../schema/reference.ts'
import type { ReleaseDefinition } from '../schema/release.ts'
import type { KnownPipeline } from './known.ts'
import { deployedApplications } from './walk.ts'
import { unknownName, type World } from './world.ts'

/** Releases that cannot bring what their pipeline wants. `pipelines` are those that are checked with them. */
export function checkRelease(
  definition: Definition,
  world: World,
  pipelines: readonly PipelineDefinition[],
): Finding[] {
  if (definition.kind !== 'release') return []
  return [
    ...checkReferences(definition, world),
    ...checkRepeated(definition, world),
    ...checkAgainstPipeline(definition, world, pipelines),
  ]
}

function checkReferences(release: ReleaseDefinition, world: World): Finding[] {
  const findings = [world.pipeline(release.pipeline, ['pipeline']).finding]
  for (const [index, { application, from }] of release.applications.entries()) {
    findings.push(world.application(application, ['applications', index, 'application']).finding)
    findings.push(world.pipeline(from, ['applications', index, 'from']).finding)
  }
  for (const [stage, environment] of Object.entries(release.environments)) {
    findings.push(world.environment(environment, ['environments', stage]).finding)
  }
  return findings.filter((finding) => finding !== undefined)
}

function checkRepeated(release: ReleaseDefinition, world: World): Finding[] {
  const seen = new Set<string>()
  return release.applications.flatMap(({ application }, index): Finding[] => {
    const address = world.addressOf(application)
    if (!seen.has(address)) {
      seen.add(address)
      return []
    }
    return [
      {
        code: 'duplicate_name',
        at: ['applications', index, 'application', 'name'],
        message: `"${presentReference(application)}" is collected twice.`,
      },
    ]
  })
}

function checkAgainstPipeline(
  release: ReleaseDefinition,
  world: World,
  pipelines: readonly PipelineDefinition[],
): Finding[] {
  const pipeline = world.pipeline(release.pipeline, ['pipeline']).found
  if (pipeline === undefined) return []
  return [
    ...checkCollected(release, pipeline, world),
    ...checkStages(release, pipeline),
    ...checkReceived(release, world, pipelines),
  ]
}

function checkCollected(
  release: ReleaseDefinition,
  pipeline: KnownPipeline,
  world: World,
): Finding[] {
  const collected = new Set(
    release.applications.map(({ application }) => world.addressOf(application)),
  )
  const missing = (pipeline.deploys ?? []).filter((address) => !collected.has(address))
  if (missing.length === 0) return []
  const own = `${world.known.project}/`
  const names = missing.map(
    (address) => `"${address.startsWith(own) ? address.slice(own.length) : address}"`,
  )
  return [
    {
      code: 'not_collected',
      at: ['applications'],
      message: `The pipeline "${presentReference(release.pipeline)}" deploys ${listInWords(names)}, which this release does not collect.`,
    },
  ]
}

function checkStages(release: ReleaseDefinition, pipeline: KnownPipeline): Finding[] {
  const { stages } = pipeline
  if (stages === undefined) return []
  const names = stages.map((stage) => stage.name)
  const unknown = (['environments', 'planned'] as const).flatMap((field) =>
    Object.keys(release[field])
      .filter((stage) => !names.includes(stage))
      .map((stage): Finding => ({
        ...unknownName(`stage of "${presentReference(release.pipeline)}"`, stage, names, [
          field,
          stage,
        ]),
        key: true,
      })),
  )
  const open = stages.filter(
    (stage) => !stage.bound && !Object.hasOwn(release.environments, stage.name),
  )
  if (open.length === 0) return unknown
  return [
    ...unknown,
    {
      code: 'environment_missing',
      at: ['environments'],
      message: `The release gives no environment to the ${open.length === 1 ? 'stage' : 'stages'} ${listInWords(open.map((stage) => `"${stage.name}"`))}.`,
    },
  ]
}

function checkReceived(
  release: ReleaseDefinition,
  world: World,
  pipelines: readonly PipelineDefinition[],
): Finding[] {
  const address = world.addressOf(release.pipeline)
  const pipeline = pipelines.find((candidate) => world.addressOf(candidate) === address)
  return Object.entries(release.environments).flatMap(([stageName, reference]): Finding[] => {
    const stage = pipeline?.stages.find((candidate) => candidate.name === stageName)
    const environment = world.environment(reference, []).found
    if (stage === undefined || environment === undefined) return []
    const missing = deployedApplications(stage.tasks).filter(
      (application) => !environment.receives.includes(world.addressOf(application)),
    )
    const names = [...new Set(missing.map((application) => `"${presentReference(application)}"`))]
    if (names.length === 0) return []
    return [
      {
        code: 'tier_not_mapped',
        at: ['environments', stageName],
        message: `The environment "${presentReference(reference)}" does not receive ${listInWords(names)}, which the stage "${stageName}" deploys.`,
      },
    ]
  })
}
