// The program that stays with one job to its end, whatever happens to the agent: own session, own process, own limits.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hasCode, readOwnJson, replaceFile } from '../journal/durable-file.ts'
import { claimJob, jobFolder, readMessage } from '../journal/job-folder.ts'
import type { JobFolder, Launch } from '../journal/job-folder.ts'
import { appendEntry, readJournal } from '../journal/journal.ts'
import type { Ending, JournalEntry } from '../journal/journal.ts'
import { buildCommandEnv } from '../steps/command-env.ts'
import { Limits } from './limits.ts'
import { performWork } from './perform-work.ts'
import { nameProcess } from './process-name.ts'
import { Spool } from './spool.ts'

const RETRY_FULL_DISK_MS = 500

/**
 * Does the work of the job in this folder and writes into its journal how it ended. Does nothing when another
 * supervisor has had the job before.
 */
export async function supervise(launchPath: string): Promise<void> {
  const launch = readOwnJson<Launch>(launchPath)
  if (launch === undefined) return // Another supervisor has read it.
  const folder = jobFolder(launch.stateDir, launch.envelope.job, launch.envelope.fence)
  // From before the job is taken until its end is written: a signal must not leave a job of which nobody knows the end.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ignore)
  const me = nameProcess(process.pid)
  if (me === undefined || !claimJob(folder, me)) return
  forgetSecrets(folder, launchPath)
  await record(folder, { type: 'started', ...me })
  const began = performance.now()
  const ending = await superviseWork(launch, folder)
  const durationMs = Math.round(performance.now() - began)
  await record(folder, { type: 'exited', ending: { ...ending, durationMs } })
}

function ignore(): void {
  // Whoever means it kills.
}

async function superviseWork(
  launch: Launch,
  folder: JobFolder,
): Promise<Omit<Ending, 'durationMs'>> {
  const { envelope } = launch
  let waitsForUs = (): boolean => false
  using limits = new Limits({
    timeoutMs: envelope.timeoutMs,
    spentMs: launch.spentMs,
    noOutputMs: limitsSilence(launch) ? envelope.noOutputMs : null,
    isWaitingForUs: () => waitsForUs(),
  })
  const spool = new Spool({
    path: folder.spool,
    marksPath: folder.marks,
    bytesMax: envelope.logBytesMax,
    secrets: secretsOf(launch),
    onOutput: () => limits.noteOutput(),
  })
  waitsForUs = () => spool.isStalled
  const unwatch = watchForCancel(folder, limits)
  try {
    const temporary = join(folder.work, 'tmp')
    mkdirSync(temporary, { recursive: true, mode: 0o700 })
    const places = { hostRoot: launch.hostRoot, work: folder.work, temporary }
    return await performWork({
      launch,
      folder,
      spool,
      limits,
      env: buildCommandEnv(launch.commandEnv, envelope, places),
      record: (entry) => record(folder, entry),
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await spool.note(reason)
    return { outcome: 'errored', exitCode: null, reason }
  } finally {
    unwatch()
    spool.close()
  }
}

/** The values of secrets have been read; they need not lie on the disk while the job runs. */
function forgetSecrets(folder: JobFolder, launchPath: string): void {
  rmSync(launchPath, { force: true })
  const message = readMessage(folder)
  if (message === undefined || !('env' in message.envelope.work)) return
  for (const name of message.envelope.secrets) message.envelope.work.env[name] = ''
  try {
    replaceFile(folder.message, JSON.stringify(message))
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
  }
}

/** Only what commands write counts as output. */
function limitsSilence(launch: Launch): boolean {
  return ['command', 'script', 'source_command'].includes(launch.envelope.work.kind)
}

function secretsOf(launch: Launch): readonly string[] {
  const { work, secrets } = launch.envelope
  if (!('env' in work)) return []
  return secrets.map((name) => work.env[name] ?? '').filter((value) => value !== '')
}

/** The agent writes that the job is cancelled into the journal, then sends TERM. TERM alone comes from elsewhere: not followed. */
function watchForCancel(folder: JobFolder, limits: Limits): () => void {
  const look = (): void => {
    const graceMs = readJournal(folder.journal).cancelGraceMs
    if (graceMs !== undefined) limits.cancel(graceMs)
  }
  process.on('SIGTERM', look)
  look()
  return () => process.off('SIGTERM', look)
}

/** Writes an entry, however long the disk is full: without it nobody would know. */
async function record(folder: JobFolder, entry: JournalEntry): Promise<void> {
  for (;;) {
    try {
      appendEntry(folder.journal, entry)
      return
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
      await delay(RETRY_FULL_DISK_MS)
    }
  }
}
