import {
  idOf,
  snapshotText,
  uuidOf,
  type EnvironmentId,
  type InventoryRow,
  type SnapshotBody,
  type SnapshotComponent,
} from '@lockstep/domain'

import { digestOfText } from '../../planning/digest.ts'
import type { Write } from '../../ports/write.ts'
import { findDefinitionById } from '../../postgres/deliverables/definition-store.ts'
import { listRunSnapshots } from '../../postgres/deliverables/run-store.ts'
import {
  findSnapshot,
  saveSnapshot,
  type StoredSnapshot,
} from '../../postgres/deliverables/snapshot-store.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { listInventory } from '../../postgres/read/inventory.ts'
import { done, no, type Outcome } from '../outcome.ts'

type No = 'unknown_reference' | 'wrong_state' | 'name_taken'

/**
 * Freezes what an environment verifiably runs of an application, with the processes that put it there last. What came from one
 * snapshot is that snapshot again; a mixture needs a version of its own. Refused where nobody can say what runs, or where hosts
 * of one component run different versions.
 */
export async function takeFromEnvironment(
  write: Write,
  input: {
    readonly environment: EnvironmentId
    readonly application: string
    readonly version: string | undefined
  },
): Promise<Outcome<StoredSnapshot, No>> {
  const db = queryableOn(write.tx)
  const environment = await findDefinitionById(db, uuidOf(input.environment))
  if (environment === undefined)
    return no('unknown_reference', 'This environment is not there any more.')
  const [project = '', name = ''] = input.application.split('/')
  const rows = (await listInventory(db, { environment: input.environment })).filter(
    ({ component, reported, unknown }) =>
      component.project === project &&
      component.application === name &&
      (reported !== null || unknown),
  )
  const runs = readRunning(rows)
  if (!runs.ok) return runs
  const sources = await listSources(db, rows, input.application)
  const [newest] = sources
  if (newest === undefined) {
    return no(
      'wrong_state',
      `${environment.name} runs nothing of ${input.application} that was deployed as a snapshot.`,
    )
  }
  const components: SnapshotComponent[] = []
  for (const [component, { version, digest }] of runs.value) {
    const known = sources
      .flatMap(({ body }) => body.components)
      .find((one) => one.name === component && one.digest === digest)
    if (known === undefined)
      return no(
        'wrong_state',
        `${component} ${version} came from no snapshot: deploy it as one first.`,
      )
    components.push(known)
  }
  const missing = newest.body.components.filter((one) => !runs.value.has(one.name))
  if (missing.length > 0) {
    const names = missing.map((one) => one.name).join(', ')
    return no('wrong_state', `${environment.name} does not run ${names} of ${input.application}.`)
  }
  const same = sources.find(({ body }) => isSame(body.components, components))
  if (same !== undefined && (input.version === undefined || input.version === same.version))
    return done(same)
  if (input.version === undefined) {
    return no(
      'wrong_state',
      `${environment.name} runs components of several snapshots (${sources.map(({ version }) => version).join(', ')}). Name the mixture with a version of its own: --version V`,
    )
  }
  return keep(write, environment.projectNumber, newest, {
    ...newest.body,
    version: input.version,
    components,
  })
}

async function keep(
  write: Write,
  projectNumber: number,
  newest: StoredSnapshot,
  body: SnapshotBody,
): Promise<Outcome<StoredSnapshot, No>> {
  const db = queryableOn(write.tx)
  const digest = digestOfText(snapshotText(body))
  const root = idOf('run', newest.root)
  const definition = newest.definition
  const { taken } = await saveSnapshot(db, { digest, body, definition, projectNumber, root })
  const { application, version } = body
  if (taken !== null) {
    return no(
      'name_taken',
      `${application.name}:${version} is the snapshot ${taken} already; a snapshot never changes.`,
    )
  }
  const kept = await findSnapshot(db, digest)
  if (kept === undefined) return no('unknown_reference', 'This snapshot is not there any more.')
  await write.record({
    type: 'snapshot_taken',
    subject: idOf('snp', uuidOfDigest(digest)),
    project: projectNumber,
    body: { application: `${application.project}/${application.name}`, version, digest },
  })
  return done(kept)
}

/** A digest names more than a uuid can; its first half stands for it in the log. */
function uuidOfDigest(digest: string): string {
  const hex = digest.slice('sha256:'.length, 'sha256:'.length + 32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** What each component runs, the same everywhere and known. */
function readRunning(
  rows: readonly InventoryRow[],
): Outcome<
  ReadonlyMap<string, { readonly version: string; readonly digest: string }>,
  'wrong_state'
> {
  const runs = new Map<string, { readonly version: string; readonly digest: string }>()
  for (const { component, resource, reported, verified, unknown } of rows) {
    if (reported === null || unknown || !verified)
      return no('wrong_state', `Nobody has verified what ${resource} runs of ${component.name}.`)
    const before = runs.get(component.name)
    if (before !== undefined && before.digest !== reported.digest) {
      return no(
        'wrong_state',
        `${component.name} runs in several versions: ${before.version}, and ${reported.version} on ${resource}.`,
      )
    }
    runs.set(component.name, reported)
  }
  return done(runs)
}

/** The snapshots that were deployed here, by what put the components there; the newest first. */
async function listSources(
  db: Queryable,
  rows: readonly InventoryRow[],
  application: string,
): Promise<readonly StoredSnapshot[]> {
  const roots = new Set(rows.flatMap(({ putBy }) => putBy?.root ?? []))
  const found: StoredSnapshot[] = []
  for (const root of roots) {
    const digest = (await listRunSnapshots(db, root)).get(application)?.digest
    const snapshot = digest === undefined ? undefined : await findSnapshot(db, digest)
    if (snapshot !== undefined && !found.some((one) => one.digest === snapshot.digest))
      found.push(snapshot)
  }
  return found.toSorted((a, b) => b.ordinal - a.ordinal)
}

function isSame(one: readonly SnapshotComponent[], other: readonly SnapshotComponent[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, digest }) => other.some((two) => two.name === name && two.digest === digest))
  )
}
