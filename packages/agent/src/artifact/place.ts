// Puts an artifact in place: unpacked beside what runs, then one rename. Killed at any moment, either the old or the new is there.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { WorkMessage } from '@lockstep/contract/agent'
import type { WorkEnding, WorkRun } from '../exec/work-run.ts'
import { stoppedEnding } from '../exec/work-run.ts'
import { hasCode, syncFolder } from '../journal/durable-file.ts'
import { ensureFolderAbove, PlaceRefused, resolveInto } from './host-path.ts'
import { claimPlace, saveInstalled, VERSION_FOLDER } from './installed.ts'
import { hexOf, listDifferences, readManifest, readTree, saveManifest } from './manifest.ts'
import { ArchiveRefused, unpack } from './unpack.ts'

type ArtifactWork = Extract<WorkMessage, { kind: 'artifact' }>

/** Versions that stay beside the one in place: what still runs from them goes on until it is restarted. */
const OLD_VERSIONS_MAX = 1

/** Puts the artifact where the step says. Repeatable: what is in place and unchanged is left as it is. */
export async function placeArtifact(run: WorkRun, work: ArtifactWork): Promise<WorkEnding> {
  const { artifact, into } = work
  try {
    const place = resolveInto(run.launch.hostRoot, into)
    ensureFolderAbove(run.launch.hostRoot, place)
    refuseForeign(place)
    const { component, environment } = run.launch.envelope
    const where = {
      environment: environment?.id ?? null,
      ...(environment === null ? {} : { environmentName: environment.name }),
      into,
    }
    claimPlace(run.launch, where)
    const folder = await prepareVersion(run, work, place)
    claimPlace(run.launch, where) // Another environment may have come while it was unpacked.
    if (component !== null) {
      const { version, digest } = artifact
      saveInstalled(run.launch.stateDir, { component, ...where, version, digest })
    }
    const before = switchTo(place, folder)
    removeOldVersions(place, [folder, before])
    await run.spool.note(
      `${artifact.component} ${artifact.version} is in ${into} (${artifact.digest})`,
    )
    return { outcome: 'succeeded', exitCode: null, reason: null }
  } catch (error) {
    if (run.limits.signal.aborted) return stoppedEnding(run)
    const isRefused = error instanceof ArchiveRefused || error instanceof PlaceRefused
    if (!isRefused && !hasCode(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EPERM')) throw error
    const reason = error instanceof Error ? error.message : String(error)
    await run.spool.note(reason)
    return { outcome: 'errored', exitCode: null, reason }
  }
}

function refuseForeign(place: string): void {
  const stats = lstatSync(place, { throwIfNoEntry: false })
  if (stats === undefined || stats.isSymbolicLink()) return
  throw new PlaceRefused(
    `${place} is there and was not put there by Lockstep. Move it away, then deploy again.`,
  )
}

/** The name of a folder with exactly this artifact in it, unpacked now or before. */
async function prepareVersion(run: WorkRun, work: ArtifactWork, place: string): Promise<string> {
  const { digest, version } = work.artifact
  const versions = `${place}.versions`
  ensureVersions(versions)
  const there = await findUnchanged(run.launch.stateDir, versions, hexOf(digest))
  if (there !== undefined) return there
  const { archive } = run.launch
  if (archive === null) throw new PlaceRefused(`The archive ${digest} was not fetched.`)
  const temporary = join(versions, `.new-${run.launch.envelope.job}`)
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })
  try {
    const files = await unpack(archive, temporary, run.limits.signal)
    saveManifest(run.launch.stateDir, { version, digest, files })
    const name = freeName(versions, hexOf(digest))
    renameSync(temporary, join(versions, name))
    syncFolder(versions)
    return name
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })
  }
}

function ensureVersions(versions: string): void {
  if (lstatSync(versions, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new PlaceRefused(`${versions} is a link; only a folder can hold versions.`)
  }
  mkdirSync(versions, { recursive: true, mode: 0o755 }) // Other users run what is in it.
}

/** A folder that holds this artifact and was not touched since. */
async function findUnchanged(
  stateDir: string,
  versions: string,
  hex: string,
): Promise<string | undefined> {
  const manifest = readManifest(stateDir, hex)
  if (manifest === undefined) return undefined
  for (const name of readdirSync(versions)) {
    if (VERSION_FOLDER.exec(name)?.[1] !== hex) continue
    const differences = listDifferences(manifest.files, await readTree(join(versions, name)))
    if (differences.length === 0) return name
  }
  return undefined
}

/** Whether placing would find everything there, so that nothing has to be fetched. */
export async function isAtHand(
  stateDir: string,
  hostRoot: string,
  work: ArtifactWork,
): Promise<boolean> {
  const versions = `${resolveInto(hostRoot, work.into)}.versions`
  if (!existsSync(versions)) return false
  return (await findUnchanged(stateDir, versions, hexOf(work.artifact.digest))) !== undefined
}

function freeName(versions: string, hex: string): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? hex : `${hex}.${count}`
    if (!existsSync(join(versions, name))) return name
  }
}

/** One rename: whoever looks sees the old version or the new one. Returns the name of the version before. */
function switchTo(place: string, version: string): string {
  const target = join(`${basename(place)}.versions`, version)
  const isThere = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true
  const before = isThere ? readlinkSync(place) : ''
  if (before === target) return version
  const next = `${place}.next`
  rmSync(next, { force: true })
  symlinkSync(target, next)
  renameSync(next, place)
  syncFolder(join(place, '..'))
  return basename(before)
}

/** What was in place until now stays in any case: it still runs. */
function removeOldVersions(place: string, kept: readonly string[]): void {
  const versions = `${place}.versions`
  const old = readdirSync(versions)
    .filter((name) => !kept.includes(name))
    .map((name) => ({ path: join(versions, name), at: statSync(join(versions, name)).ctimeMs }))
    .toSorted((a, b) => b.at - a.at)
  for (const { path } of old.slice(OLD_VERSIONS_MAX)) {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
}
