import { findNearest } from '@lockstep/define/check'
import { uuidOf, type Contracts, type Digest, type Id, type ProjectId } from '@lockstep/domain'

import type { BlobStore } from '../../ports/blobs.ts'
import type { Write } from '../../ports/write.ts'
import { listDefinitions } from '../../postgres/deliverables/definition-store.ts'
import {
  findArtifact,
  listSnapshotsOf,
  saveArtifact,
  tombstoneArtifact,
  type ListedArtifact,
} from '../../postgres/deliverables/snapshot-store.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

export interface ArtifactInput {
  readonly project: ProjectId
  readonly application: string | undefined
  readonly component: string
  readonly version: string
  readonly digest: Digest
  readonly commit: string | null
}

/** Takes a version for bytes that are stored already. The same again changes nothing; other bytes are refused for ever. */
export async function keepArtifact(
  write: Write,
  blobs: BlobStore,
  input: ArtifactInput,
): Promise<
  Outcome<ListedArtifact, 'unknown_reference' | 'artifact_version_taken' | 'digest_mismatch'>
> {
  const db = queryableOn(write.tx)
  const project = await findProject(db, input.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const owner = await findOwner(db, project, input)
  if (!owner.ok) return owner
  const { component, version, digest, commit } = input
  const stored = (await blobs.has(digest)) ? await blobs.open(digest) : undefined
  if (stored === undefined)
    return no('digest_mismatch', `No bytes of ${digest} have been uploaded. Upload them first.`)
  const saved = await saveArtifact(db, {
    projectNumber: project.number,
    application: owner.value.application,
    component,
    version,
    digest,
    sizeBytes: stored.sizeBytes,
    contracts: owner.value.contracts,
    sbom: null,
    commit,
    root: null,
    job: null,
  })
  if (saved.kind === 'taken') {
    return no(
      'artifact_version_taken',
      `${component} ${version} is ${saved.digest} since ${saved.since.toISOString()}. Build a new version; a version never changes.`,
      { component, version, stored: saved.digest, sent: digest },
    )
  }
  const place = {
    project: project.number,
    application: owner.value.application,
    component,
    version,
  }
  const kept = await findArtifact(db, place)
  if (kept === undefined) return no('unknown_reference', 'This artifact is not there any more.')
  await write.record({
    type: 'artifact_kept',
    subject: kept.id,
    project: project.number,
    body: { application: kept.application, component, version, digest, commit },
  })
  return done(kept)
}

/** Gives it out no more. Its version stays taken, so that nobody gets other bytes under it. */
export async function deleteArtifact(
  write: Write,
  input: { readonly artifact: Id<'art'>; readonly comment: string },
): Promise<Outcome<undefined, 'unknown_reference' | 'wrong_state' | 'comment_missing'>> {
  if (input.comment.trim() === '')
    return no('comment_missing', 'Say why: the reason is kept. Add -m "…"')
  const db = queryableOn(write.tx)
  const found = await findArtifact(db, { id: uuidOf(input.artifact) })
  if (found === undefined) return no('unknown_reference', 'This artifact is not there any more.')
  const { application, component, version, digest } = found
  const snapshots = await listSnapshotsOf(db, found)
  if (snapshots.length > 0) {
    return no(
      'wrong_state',
      `${component} ${version} is in ${snapshots.join(', ')}: what a snapshot deploys is kept.`,
      { snapshots: [...snapshots] },
    )
  }
  await tombstoneArtifact(db, uuidOf(input.artifact))
  await write.record({
    type: 'artifact_deleted',
    subject: input.artifact,
    project: found.projectNumber,
    body: { application, component, version, digest, comment: input.comment },
  })
  return done(undefined)
}

/** The application of the project that has the component, and the contracts that it states for it now. */
async function findOwner(
  db: Queryable,
  project: { readonly number: number; readonly name: string },
  { application, component }: ArtifactInput,
): Promise<
  Outcome<{ readonly application: string; readonly contracts: Contracts }, 'unknown_reference'>
> {
  const all = (await listDefinitions(db, { projects: [project.number] })).flatMap(
    ({ definition }) =>
      definition.kind === 'application'
        ? definition.tiers.flatMap((tier) =>
            tier.components.map((one) => ({ application: definition.name, component: one })),
          )
        : [],
  )
  const owners = all.filter(
    (one) =>
      one.component.name === component &&
      (application === undefined || one.application === application),
  )
  const [owner, ...others] = owners
  if (owner === undefined) {
    const nearest = findNearest(
      component,
      all.map((one) => one.component.name),
    )
    const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
    return no(
      'unknown_reference',
      `No application of ${project.name} has a component "${component}".${hint}`,
    )
  }
  if (others.length > 0) {
    const names = owners.map((one) => one.application).join(', ')
    return no(
      'unknown_reference',
      `Several applications have a component "${component}": ${names}. Say which.`,
    )
  }
  const { provides, requires } = owner.component
  return done({ application: owner.application, contracts: { provides, requires } })
}
