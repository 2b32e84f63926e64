// How releases, snapshots, artifacts and repositories are shown on the wire.

import type { Artifact, Release, Repository, Snapshot } from '@lockstep/contract'
import { idOf, type ReleaseState } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import type { WatchedRepository } from '../postgres/deliverables/repository-store.ts'
import type { StoredArtifact, StoredSnapshot } from '../postgres/deliverables/snapshot-store.ts'

/** A release with its definition, what it has collected, and the addresses of runs that it names. */
export interface ReleaseView {
  readonly id: string
  readonly definition: StoredDefinition<'release'>
  readonly state: ReleaseState | undefined
  readonly version: number
  readonly addresses: ReadonlyMap<string, string>
}

export function presentRelease(view: ReleaseView): z.output<typeof Release> {
  const { definition, state, version, addresses } = view
  const { definition: body, project } = definition
  return {
    id: idOf('rel', definition.uuid),
    project,
    name: definition.name,
    title: body.title,
    purpose: body.purpose ?? null,
    owner: 'group' in body.owner ? body.owner.group : body.owner.user,
    pipeline: `${body.pipeline.project ?? project}/${body.pipeline.name}`,
    state: state?.status ?? 'collecting',
    set: state?.set ?? 0,
    applications: (state?.applications ?? []).map(
      ({ application, from, versions, taken, hold }) => ({
        application,
        from: from ?? application,
        versions,
        snapshot: taken?.snapshot ?? null,
        version: taken?.version ?? null,
        passed: taken === undefined ? null : (addresses.get(taken.run) ?? null),
        hold: hold ?? null,
      }),
    ),
    planned: { ...body.planned },
    run: state?.run === undefined || state.run === null ? null : (addresses.get(state.run) ?? null),
    version,
  }
}

export function presentSnapshot(
  snapshot: StoredSnapshot,
  madeBy: string | null,
): z.output<typeof Snapshot> {
  const { application, components, processes } = snapshot.body
  return {
    digest: snapshot.digest,
    application: `${application.project}/${application.name}`,
    version: snapshot.version,
    components: components.map(({ name, version, digest, sizeBytes, contracts }) => ({
      name,
      version,
      digest,
      sizeBytes,
      provides: { ...contracts.provides },
      requires: { ...contracts.requires },
    })),
    processes: { ...processes },
    madeBy,
    at: snapshot.at.toISOString(),
  }
}

export function presentArtifact(
  artifact: StoredArtifact & { readonly application: string; readonly at: Date },
): z.output<typeof Artifact> {
  const { application, component, version, digest, sizeBytes, commit, at } = artifact
  return { application, component, version, digest, sizeBytes, commit, at: at.toISOString() }
}

export function presentRepository(repository: WatchedRepository): z.output<typeof Repository> {
  const { name, project, url, pollMs, seenAt, failure, refs } = repository
  const branches = Object.entries(refs).flatMap(([ref, commit]) =>
    ref.startsWith('refs/heads/') ? [[ref.slice('refs/heads/'.length), commit]] : [],
  )
  return {
    name,
    project,
    url,
    pollMs,
    seenAt: seenAt?.toISOString() ?? null,
    failure,
    branches: Object.fromEntries(branches),
  }
}
