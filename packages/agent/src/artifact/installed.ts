// Where each component was put on this host, and what is there now: read again, not remembered.
import { lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ComponentName, InstalledComponent } from '@lockstep/contract/agent'
import {
  ensureFolder,
  hasCode,
  readOwnJson,
  replaceFile,
  syncFolder,
} from '../journal/durable-file.ts'
import { digestTree, listDifferences, readManifest, readTree } from './manifest.ts'
import type { HashMemory } from './manifest.ts'
import { PlaceRefused, resolveInto } from './host-path.ts'

/** What is found where a component was put. */
export interface Found {
  /** null: it is gone. With a digest of what is there when that is not what was placed. */
  readonly runs: { readonly version: string; readonly digest: `sha256:${string}` } | null
  readonly isAsPlaced: boolean
  /** How it differs, in words; the first few. */
  readonly differences: readonly string[]
}

interface InstalledRecord {
  readonly component: ComponentName
  readonly environment: InstalledComponent['environment']
  /** As people call the environment. */
  readonly environmentName?: string
  readonly into: string
  /**
   * What was put there, newest first. Other components may have the same bytes under another version. Empty: it was taken
   * away, and what is there now is not of this environment.
   */
  readonly placed?: readonly Placed[]
}

interface Placed {
  readonly version: string
  readonly digest: `sha256:${string}`
}

export interface Host {
  readonly stateDir: string
  readonly hostRoot: string
}

const NOTHING: Found = { runs: null, isAsPlaced: true, differences: [] }
const DIFFERENCES_SHOWN = 5
/** The version that is put in place, and the one that is there until then. */
const PLACED_MAX = 2
/** `<hex of the digest>` and, when that place was taken, `.n`. */
export const VERSION_FOLDER = /^([0-9a-f]{64})(?:\.\d+)?$/

/** A component in an environment. */
type Owner = Pick<InstalledRecord, 'component' | 'environment'>

function recordPath(stateDir: string, { component, environment }: Owner): string {
  const { project, application, name } = component
  const parts = [project, application, name, ...(environment === null ? [] : [environment])]
  return join(stateDir, 'installed', parts.map(encodeURIComponent).join('+'))
}

/**
 * Remembers where a component is put and under which version; before it is put there, so that a crash leaves nothing
 * unknown: what was there before is remembered beside it.
 */
export function saveInstalled(
  stateDir: string,
  { version, digest, ...where }: Omit<InstalledRecord, 'placed'> & Placed,
): void {
  ensureFolder(join(stateDir, 'installed'))
  const path = recordPath(stateDir, where)
  const before = (readRecord(path)?.placed ?? []).filter((one) => one.digest !== digest)
  const placed = [{ version, digest }, ...before].slice(0, PLACED_MAX)
  replaceFile(path, JSON.stringify({ ...where, placed } satisfies InstalledRecord))
}

function readRecord(path: string): InstalledRecord | undefined {
  return readOwnJson(path)
}

function listRecords(stateDir: string): readonly InstalledRecord[] {
  const folder = ensureFolder(join(stateDir, 'installed'))
  return readdirSync(folder)
    .toSorted()
    .filter((name) => !name.endsWith('.new'))
    .flatMap((name) => readRecord(join(folder, name)) ?? [])
}

/** Records of other environments that have the same place on this host. */
function listSharers(
  host: Host,
  { environment, into }: Pick<InstalledRecord, 'environment' | 'into'>,
) {
  const place = resolveInto(host.hostRoot, into)
  return listRecords(host.stateDir).filter(
    (other) =>
      other.environment !== environment &&
      other.placed?.length !== 0 &&
      resolveInto(host.hostRoot, other.into) === place,
  )
}

function nameOf({ component, environmentName, environment }: InstalledRecord): string {
  return `${component.name} of environment ${environmentName ?? environment ?? 'none'}`
}

/**
 * Refuses a place in which another environment has something: to put this there would replace it before that environment's
 * gates are asked. A place that nothing is in any more is free, and the others let go of it.
 */
export function claimPlace(
  host: Host,
  { into, ...environment }: Pick<InstalledRecord, 'environment' | 'environmentName' | 'into'>,
): void {
  const sharers = listSharers(host, { into, ...environment })
  const place = resolveInto(host.hostRoot, into)
  const [other] = sharers
  if (other !== undefined && lstatSync(place, { throwIfNoEntry: false }) !== undefined) {
    const inUse = other.environmentName ?? 'that environment'
    throw new PlaceRefused(
      `${into} on this host holds ${nameOf(other)}; it would be replaced there. ` +
        `Give one of the two another host, or a second agent on this one with another LOCKSTEP_AGENT_ROOT, or another place; ` +
        `or undeploy it in ${inUse} first. If ${inUse} is gone, remove ${place} and deploy again.`,
    )
  }
  for (const record of sharers) letGo(host.stateDir, record)
}

function letGo(stateDir: string, record: InstalledRecord): void {
  replaceFile(
    recordPath(stateDir, record),
    JSON.stringify({ ...record, placed: [] } satisfies InstalledRecord),
  )
}

/** Reads what is there, file by file. Undefined when this agent never placed the component for this environment. */
export async function readInstalled(
  host: Host,
  owner: Owner,
  memory?: HashMemory,
): Promise<Found | undefined> {
  const record = readRecord(recordPath(host.stateDir, owner))
  return record === undefined ? undefined : readPlace(host, record, memory)
}

/** All components that this agent placed, as they are now. */
export async function listInstalled(
  host: Host,
  memory: HashMemory,
): Promise<readonly InstalledComponent[]> {
  const found: InstalledComponent[] = []
  for (const record of listRecords(host.stateDir)) {
    const { component, environment } = record
    const { runs, isAsPlaced } = await readPlace(host, record, memory)
    found.push({ component, environment, runs, verified: isAsPlaced })
  }
  return found
}

async function readPlace(
  host: Host,
  record: InstalledRecord,
  memory: HashMemory | undefined,
): Promise<Found> {
  if (record.placed?.length === 0) return NOTHING
  const place = resolveInto(host.hostRoot, record.into)
  try {
    const stats = lstatSync(place)
    const hex = stats.isSymbolicLink()
      ? VERSION_FOLDER.exec(basename(readlinkSync(place)))?.[1]
      : undefined
    const manifest = hex === undefined ? undefined : readManifest(host.stateDir, hex)
    const there = await readTree(place, memory)
    if (manifest === undefined) {
      return foreign(digestTree(there), `${record.into} was not put there by Lockstep`)
    }
    const differences = listDifferences(manifest.files, there)
    const { digest } = manifest
    const known = record.placed?.find((one) => one.digest === digest)
    const version = known?.version ?? manifest.version
    if (differences.length === 0)
      return { runs: { version, digest }, isAsPlaced: true, differences }
    return {
      runs: { version: `${version} (changed)`, digest: digestTree(there) },
      isAsPlaced: false,
      differences: differences.slice(0, DIFFERENCES_SHOWN),
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return NOTHING
    if (hasCode(error, 'ENOTDIR')) return foreign(digestTree([]), `${record.into} is no folder`)
    throw error
  }
}

function foreign(digest: `sha256:${string}`, difference: string): Found {
  return { runs: { version: 'unknown', digest }, isAsPlaced: false, differences: [difference] }
}

/**
 * Takes a component away: first the link, then the versions. What others put in its place stays, and what another
 * environment has in the same place as well. Says in words what became of it.
 */
export async function removeInstalled(host: Host, owner: Owner): Promise<string> {
  const { name } = owner.component
  const record = readRecord(recordPath(host.stateDir, owner))
  if (record === undefined) return `${name} is not there`
  const [sharer] = listSharers(host, record)
  if (sharer === undefined) removePlace(resolveInto(host.hostRoot, record.into))
  letGo(host.stateDir, record)
  if (sharer === undefined) return `${name} is taken away`
  return `${record.into} stays: it holds ${nameOf(sharer)} as well`
}

function removePlace(place: string): void {
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    rmSync(place)
    syncFolder(join(place, '..'))
  }
  rmSync(`${place}.versions`, { recursive: true, force: true, maxRetries: 3 })
}
