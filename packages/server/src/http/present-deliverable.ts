// How releases, snapshots, artifacts and repositories are shown on the wire.

import type * as z from 'zod/mini'
import type { Artifact, Release, Repository, Snapshot } from '@lockstep/contract'
import { idOf, parseId } from '@lockstep/domain'

import type { WatchedRepository } from '../postgres/deliverables/repository-store.ts'
import type { ListedArtifact } from '../postgres/deliverables/snapshot-store.ts'
import type { ReleaseView, SnapshotView } from '../postgres/read/releases.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

export function presentRelease(release: ReleaseView): View<typeof Release> {
  const { definition, state, version, runs } = release
  const { title, purpose, owner, pipeline, planned, applications } = definition.definition
  const { project } = definition
  const run = state?.run ?? null
  return {
    id: idOf('rel', definition.uuid),
    project,
    name: definition.name,
    title,
    purpose: purpose ?? null,
    owner: 'group' in owner ? owner.group : owner.user,
    pipeline: `${pipeline.project ?? project}/${pipeline.name}`,
    state: state?.status ?? 'planned',
    set: state?.set ?? 0,
    applications:
      state === undefined
        ? applications.map(({ application, from, versions }) => ({
            application: `${application.project ?? project}/${application.name}`,
            from: `${from.project ?? project}/${from.name}`,
            versions: versions ?? '*',
            snapshot: null,
            version: null,
            passed: null,
            hold: null,
          }))
        : state.applications.map(({ application, from, versions, taken, hold }) => ({
            application,
            from: from ?? application,
            versions,
            snapshot: taken?.snapshot ?? null,
            version: taken?.version ?? null,
            passed: taken === undefined ? null : (runs.get(taken.run) ?? taken.run),
            hold: hold ?? null,
          })),
    planned: { ...planned },
    run: run === null ? null : (runs.get(run) ?? run),
    runId: run === null ? null : (parseId('run', run) ?? null),
    version,
  }
}

export function presentSnapshot({
  digest,
  version,
  body,
  madeBy,
  at,
}: SnapshotView): View<typeof Snapshot> {
  return {
    digest,
    application: `${body.application.project}/${body.application.name}`,
    version,
    components: body.components.map((component) => ({
      name: component.name,
      version: component.version,
      digest: component.digest,
      sizeBytes: component.sizeBytes,
      provides: { ...component.contracts.provides },
      requires: { ...component.contracts.requires },
    })),
    processes: { ...body.processes },
    madeBy,
    at: at.toISOString(),
  }
}

export function presentArtifact(artifact: ListedArtifact): View<typeof Artifact> {
  const { id, application, component, version, digest, sizeBytes, commit, sbom } = artifact
  return {
    id,
    application,
    component,
    version,
    digest,
    sizeBytes,
    commit,
    provides: { ...artifact.contracts.provides },
    requires: { ...artifact.contracts.requires },
    sbom,
    signedBy: [...artifact.signedBy],
    at: artifact.at.toISOString(),
  }
}

const HEADS = 'refs/heads/'

export function presentRepository(repository: WatchedRepository): View<typeof Repository> {
  const { name, project, url, pollMs, seenAt, failure, refs } = repository
  return {
    name,
    project,
    url,
    pollMs,
    seenAt: seenAt?.toISOString() ?? null,
    failure,
    branches: Object.fromEntries(
      Object.entries(refs)
        .filter(([ref]) => ref.startsWith(HEADS))
        .map(([ref, commit]) => [ref.slice(HEADS.length), commit]),
    ),
  }
}
