// Brings an artifact onto the machine before its job begins: in parts if need be, and never used before its digest is right.
import { createHash } from 'node:crypto'
import { createReadStream, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { JobEnvelope } from '@lockstep/contract/agent'
import { isAtHand } from '../artifact/place.ts'
import { BackOff } from '../connection/back-off.ts'
import { ConnectionFault } from '../connection/http-exchange.ts'
import type { JobFolder } from '../journal/job-folder.ts'
import { hasCode } from '../journal/durable-file.ts'
import type { JobDeps } from './job-deps.ts'

/** The artifact cannot be had; trying again would not change that. */
export class FetchFault extends Error {
  override readonly name = 'FetchFault'
}

const WRONG_DIGESTS_MAX = 3

/** Path of the verified archive; null when the work needs none, or its content is in place already. */
export async function fetchArchive(
  deps: JobDeps,
  folder: JobFolder,
  envelope: JobEnvelope,
  signal: AbortSignal,
): Promise<string | null> {
  const { work } = envelope
  if (work.kind !== 'artifact') return null
  if (await isAtHand(deps.config.stateDir, deps.config.hostRoot, work)) return null
  const path = join(folder.path, 'archive')
  const deadline = AbortSignal.timeout(Math.min(envelope.timeoutMs, 2_147_483_647))
  try {
    await fetchVerified(deps, folder, work.artifact, path, AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (!deadline.aborted || signal.aborted) throw error
    throw new FetchFault(
      `${work.artifact.digest} could not be fetched within ${envelope.timeoutMs / 1_000} s.`,
      { cause: error },
    )
  }
  return path
}

async function fetchVerified(
  deps: JobDeps,
  folder: JobFolder,
  artifact: { readonly digest: `sha256:${string}`; readonly sizeBytes: number },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const backOff = new BackOff(deps.config.retryMs)
  let wrong = 0
  for (;;) {
    signal.throwIfAborted()
    const have = sizeOf(path)
    if (have >= artifact.sizeBytes) {
      if (have === artifact.sizeBytes && (await digestOf(path)) === artifact.digest) return
      rmSync(path, { force: true })
      wrong += 1
      if (wrong === WRONG_DIGESTS_MAX) {
        throw new FetchFault(`What the server sent as ${artifact.digest} has another digest.`)
      }
    }
    const retryMs = await fetchPart(deps, folder, artifact.digest, path, signal, backOff)
    if (retryMs !== undefined) await delay(retryMs, undefined, { signal })
  }
}

/** Fetches on from what there is. Says how long to wait before the next try; undefined: no need. */
async function fetchPart(
  deps: JobDeps,
  folder: JobFolder,
  digest: string,
  path: string,
  signal: AbortSignal,
  backOff: BackOff,
): Promise<number | undefined> {
  const { job, fence } = folder
  try {
    const answer = await deps.calls.download(job, fence, digest, sizeOf(path), path, signal)
    if (answer.ok) return undefined
    if (answer.status < 500 && answer.status !== 429) {
      throw new FetchFault(`${digest} could not be fetched: ${answer.detail}`)
    }
    return backOff.nextMs(answer.retryAfterMs)
  } catch (error) {
    if (signal.aborted) throw error
    if (error instanceof FetchFault || !(error instanceof ConnectionFault)) throw error
    if (hasCode(error.cause, 'ENOSPC', 'EDQUOT')) {
      throw new FetchFault(`${digest} could not be fetched: the disk of the agent is full.`, {
        cause: error,
      })
    }
    return backOff.nextMs()
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

async function digestOf(path: string): Promise<`sha256:${string}`> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return `sha256:${hash.digest('hex')}`
}
