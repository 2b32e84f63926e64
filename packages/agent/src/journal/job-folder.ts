// Where everything about one lease of one job lies: journal, spool, what was taken out of the work folder.
import { linkSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JobIdText, JobMessage } from '@lockstep/contract/agent'
import type { HeldJob, JobEnvelope } from '@lockstep/contract/agent'
import type { ProcessName } from '../exec/process-name.ts'
import {
  ensureFolder,
  hasCode,
  readIfThere,
  readOwnJson,
  replaceFile,
  syncFolder,
} from './durable-file.ts'

/** Paths of one job; `path` is the folder itself. */
export interface JobFolder {
  readonly path: string
  readonly job: HeldJob['job']
  readonly fence: number
  readonly journal: string
  readonly message: string
  readonly launch: string
  readonly claim: string
  readonly spool: string
  readonly marks: string
  readonly outputs: string
  readonly work: string
}

/** What a supervisor needs to know; written once, before it is started. */
export interface Launch {
  readonly envelope: JobEnvelope
  readonly stateDir: string
  readonly hostRoot: string
  readonly commandEnv: Readonly<Record<string, string>>
  /** The artifact, fetched and verified; null when the work needs none or it is already in place. */
  readonly archive: string | null
  /** Time that fetching took; it counts as work. */
  readonly spentMs: number
}

/** What stays of a job that the server has acknowledged. */
const KEPT: ReadonlySet<string> = new Set(['journal', 'claim'])
const FOLDER_NAME = /^(job_[0-9A-Z]{26})\.(\d+)$/
/** Work folders of failed jobs that are kept for a look. */
const FAILED_WORK_MAX = 3
/** Journals that are kept after their job was acknowledged: an agent answers from them when it is asked again. */
const JOURNALS_MAX = 500

export function jobFolder(stateDir: string, job: HeldJob['job'], fence: number): JobFolder {
  const path = join(stateDir, 'jobs', `${job}.${fence}`)
  return {
    path,
    job,
    fence,
    journal: join(path, 'journal'),
    message: join(path, 'message.json'),
    launch: join(path, 'launch.json'),
    claim: join(path, 'claim'),
    spool: join(path, 'spool'),
    marks: join(path, 'marks'),
    outputs: join(path, 'outputs'),
    work: join(stateDir, 'work', `${job}.${fence}`),
  }
}

/** All jobs that have a folder, whatever became of them, oldest first. */
export function listJobFolders(stateDir: string): readonly JobFolder[] {
  const folders: JobFolder[] = []
  for (const name of readdirSync(ensureFolder(join(stateDir, 'jobs')))) {
    const [, id, fence] = FOLDER_NAME.exec(name) ?? []
    const job = JobIdText.safeParse(id)
    if (job.success) folders.push(jobFolder(stateDir, job.data, Number(fence)))
  }
  return folders.toSorted((a, b) => ageOf(a) - ageOf(b))
}

function ageOf(folder: JobFolder): number {
  return statSync(folder.path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Makes the folder with the message in it; durable when this returns. */
export function createJobFolder(folder: JobFolder, message: JobMessage): void {
  ensureFolder(folder.path)
  replaceFile(folder.message, JSON.stringify(message))
  syncFolder(join(folder.path, '..'))
}

/** The message of a job that was accepted before; undefined when a crash left none. */
export function readMessage(folder: JobFolder): JobMessage | undefined {
  const text = readIfThere(folder.message)
  if (text === undefined) return undefined
  return JobMessage.safeParse(JSON.parse(text)).data
}

/**
 * Takes the job for one supervisor. False when another has taken it before, dead or alive: so a command is started at
 * most once, whoever was killed when.
 */
export function claimJob(folder: JobFolder, me: ProcessName): boolean {
  const mine = `${folder.claim}.${me.pid}`
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600, flush: true })
  try {
    // A link appears with its content in one step, and never over another one.
    linkSync(mine, folder.claim)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(mine, { force: true })
    syncFolder(folder.path)
  }
}

/** The supervisor that has taken the job, if any has. */
export function readClaim(folder: JobFolder): ProcessName | undefined {
  return readOwnJson(folder.claim)
}

/** Removes all of a job but its journal; the work folder of a failed one is kept for a look, the newest three. */
export function cleanJob(folder: JobFolder, stateDir: string, hasFailed: boolean): void {
  for (const name of readdirSync(folder.path)) {
    if (!KEPT.has(name)) rmSync(join(folder.path, name), { recursive: true, force: true })
  }
  if (!hasFailed) removeWork(folder.work)
  removeOldest(join(stateDir, 'work'), FAILED_WORK_MAX, isWorkOf(stateDir))
  removeOldest(join(stateDir, 'jobs'), JOURNALS_MAX, (name) => !isAcknowledged(stateDir, name))
}

/** Removes the folder of a job of which nothing was begun. */
export function dropJob(folder: JobFolder): void {
  removeWork(folder.work)
  rmSync(folder.path, { recursive: true, force: true })
}

function removeWork(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}

function isWorkOf(stateDir: string): (name: string) => boolean {
  return (name) => readIfThere(join(stateDir, 'jobs', name, 'message.json')) !== undefined
}

function isAcknowledged(stateDir: string, name: string): boolean {
  return readIfThere(join(stateDir, 'jobs', name, 'message.json')) === undefined
}

function removeOldest(path: string, most: number, isKept: (name: string) => boolean): void {
  const names = readdirSync(ensureFolder(path)).filter((name) => !isKept(name))
  if (names.length <= most) return
  const byAge = names
    .map((name) => ({
      path: join(path, name),
      at: statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .toSorted((a, b) => a.at - b.at)
  for (const old of byAge.slice(0, names.length - most)) removeWork(old.path)
}
