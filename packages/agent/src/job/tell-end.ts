// Tells the server how a job ended, once everything that belongs to it is there: the whole log, the files it made.
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { UPLOAD_CHUNK_BYTES_MAX } from '@lockstep/contract/agent'
import type { FinishRequest, JobMessage, PollAnswer, StoredFile } from '@lockstep/contract/agent'
import type { Answer } from '../connection/server-calls.ts'
import type { JobFolder } from '../journal/job-folder.ts'
import { readJournal } from '../journal/journal.ts'
import type { CollectedFile, Ending, KnownEnding } from '../journal/journal.ts'
import { logLength } from '../journal/read-log.ts'
import type { JobDeps } from './job-deps.ts'
import { repeatCall } from './retrying.ts'
import { LogShipping } from './ship-log.ts'

const REASON_LETTERS_MAX = 2_000
const ATTEMPTS_MAX = 20

/** What the server answered. */
export interface Told {
  /** `acknowledged`, or the refusal that says that it does not want to know. */
  readonly answer: string
  /** Its answer to what was asked for next. */
  readonly next?: PollAnswer | undefined
}

/** Tells the end until the server has answered, and asks for work with it. */
export async function tellEnd(
  deps: JobDeps,
  folder: JobFolder,
  message: JobMessage,
  known: KnownEnding,
): Promise<Told> {
  const { job, fence } = folder
  const { config, calls, stopping, say, askNext } = deps
  for (let attempt = 1; ; attempt += 1) {
    const refused = await uploadAll(deps, folder, known.ending)
    const told = refused === undefined ? known : withoutFiles(known, refused)
    const next = askNext(folder)
    const ending = finishRequest(fence, told, message, logLengthOf(folder))
    const request = next === undefined ? ending : { ...ending, next }
    const answer = await repeatCall(config.retryMs, stopping, () => calls.finish(job, request))
    if (answer.ok) return { answer: 'acknowledged', next: answer.value.next }
    const isForNow = answer.code === 'log_incomplete' || answer.code === 'file_missing'
    if (!isForNow || attempt === ATTEMPTS_MAX) {
      say(`The end of ${job} was refused: ${answer.detail}`)
      return { answer: answer.code }
    }
    await new LogShipping(deps, folder).shipAll()
  }
}

/** An end whose files the server did not take is no success. When it does not want the job at all, its answer says so. */
function withoutFiles(known: KnownEnding, refused: string): KnownEnding {
  const { exitCode, durationMs } = known.ending
  const reason = `What the command made could not be uploaded: ${refused}`
  return { ...known, ending: { outcome: 'errored', exitCode, reason, durationMs } }
}

/** Bytes of the whole log; after the spool was removed, what the server has acknowledged of it. */
function logLengthOf(folder: JobFolder): number {
  return Math.max(logLength(folder), readJournal(folder.journal).loggedLength)
}

function finishRequest(
  fence: number,
  known: KnownEnding,
  message: JobMessage,
  length: number,
): FinishRequest {
  const { outcome, exitCode, reason, runs, version, artifacts, reports, sbom } = known.ending
  return {
    fence,
    verdict: known.verdict,
    report: {
      outcome,
      exitCode,
      reason: reason === null ? null : reason.slice(0, REASON_LETTERS_MAX),
      ...(runs === undefined ? {} : { runs }),
      ...(version === undefined ? {} : { version }),
      ...(artifacts === undefined
        ? {}
        : {
            artifacts: artifacts.map((file) =>
              artifactOf(file, version ?? message.envelope.to?.version),
            ),
          }),
    },
    logLength: length,
    durationMs: known.ending.durationMs,
    reports: (reports ?? []).map(storedFile),
    sbom: sbom === undefined ? null : storedFile(sbom),
  }
}

function artifactOf(file: CollectedFile, version: string | undefined) {
  const { name, digest, sizeBytes } = file
  return { component: name, version: version ?? digest.slice(7, 19), digest, sizeBytes }
}

function storedFile({ name, digest, sizeBytes }: CollectedFile): StoredFile {
  return { path: name, digest, sizeBytes }
}

/** Uploads what the command left; returns the refusal when the server does not want it. */
async function uploadAll(
  deps: JobDeps,
  folder: JobFolder,
  ending: Ending,
): Promise<string | undefined> {
  const { artifacts = [], reports = [], sbom } = ending
  const files = [...artifacts, ...reports, ...(sbom === undefined ? [] : [sbom])]
  for (const file of new Map(files.map((each) => [each.digest, each])).values()) {
    const refused = await uploadFile(deps, folder, file)
    if (refused !== undefined) return refused
  }
  return undefined
}

async function uploadFile(
  deps: JobDeps,
  folder: JobFolder,
  file: CollectedFile,
): Promise<string | undefined> {
  const { job, fence } = folder
  const { config, calls, stopping, say } = deps
  const { digest, sizeBytes } = file
  const ask = <Value>(call: () => Promise<Answer<Value>>) =>
    repeatCall(config.retryMs, stopping, call)
  const begin = () => ask(() => calls.beginUpload(job, fence, digest, sizeBytes))
  let answer = await begin()
  for (let wrong = 0; wrong < ATTEMPTS_MAX;) {
    if (answer.ok && answer.value.complete) return undefined
    if (answer.ok) {
      const offset = answer.value.length
      const path = join(folder.outputs, digest.slice('sha256:'.length))
      if (!existsSync(path)) return `${file.name} is not on the agent any more`
      const bytes = readPart(path, offset)
      answer = await ask(() => calls.upload(job, fence, digest, offset, bytes))
    } else if (answer.length === undefined) {
      break
    } else {
      // The server has another part of it than was thought, or has forgotten that it was begun: it says where to go on.
      wrong += 1
      answer = await begin()
    }
  }
  const why = answer.ok ? 'it does not get on' : answer.detail
  say(`${file.name} of ${job} could not be uploaded: ${why}`)
  return `${file.name}: ${why}`
}

function readPart(path: string, offset: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(UPLOAD_CHUNK_BYTES_MAX)
    const length = readSync(file, bytes, 0, bytes.length, offset)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
