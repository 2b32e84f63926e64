// One lease of one job on this agent, from its message to the server's receipt. All that counts is in its folder: dropped at
// any moment and made again from there, it goes on where it was.
import { watch } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { HeldJob, JobMessage } from '@lockstep/contract/agent'
import { cleanJob, dropJob, readMessage } from '../journal/job-folder.ts'
import type { JobFolder, Launch } from '../journal/job-folder.ts'
import { appendEntry, readJournal } from '../journal/journal.ts'
import type { Ending, JournalEntry, KnownEnding } from '../journal/journal.ts'
import { hasCode, replaceFile } from '../journal/durable-file.ts'
import { fetchArchive, FetchFault } from './fetch-archive.ts'
import type { JobDeps } from './job-deps.ts'
import { LogShipping } from './ship-log.ts'
import { repeatCall } from './retrying.ts'
import {
  endOrphans,
  judgeCondition,
  readComplaint,
  requestCancel,
  startSupervisor,
} from './supervisor.ts'
import type { ProcessWatch } from './supervisor.ts'
import { tellEnd } from './tell-end.ts'

/** Contact with a supervisor is looked for this often, beside the hints that the folder has changed. */
const LOOK_EVERY_MS = 500
/** A supervisor that was asked to end has this long beyond the grace before it is ended itself. */
const STUBBORN_MS = 20_000
const LEASE_LOST_GRACE_MS = 10_000
/** So many supervisors may die before they take the job; then the host cannot run them. */
const SUPERVISORS_MAX = 5

export class JobRun {
  readonly folder: JobFolder
  readonly #deps: JobDeps
  readonly #preparing = new AbortController()
  readonly #shipping: LogShipping
  #supervisor: ProcessWatch | undefined
  #supervisorCount = 0

  constructor(deps: JobDeps, folder: JobFolder) {
    this.#deps = deps
    this.folder = folder
    this.#shipping = new LogShipping(deps, folder)
  }

  get held(): HeldJob {
    const { job, fence } = this.folder
    return { job, fence, logOffset: this.#shipping.acknowledged }
  }

  /** The server wants it ended, or has given it to somebody else. */
  cancel(graceMs: number): void {
    this.#preparing.abort(new Error('It was ended on request before it began.'))
    requestCancel(this.folder, graceMs)
  }

  /** Brings the job to its end and to the server's receipt. Rejects only when the agent stops. */
  async run(): Promise<void> {
    const message = readMessage(this.folder)
    if (message === undefined) {
      dropJob(this.folder) // A crash while it was accepted: nothing was begun, and it is offered again.
      return
    }
    if (judgeCondition(this.folder) === 'not_begun' && !(await this.#begin(message))) return
    await this.#attend()
    const ending = await this.#readEnding(message)
    await this.#shipping.shipAll()
    const { answer, next } = await tellEnd(this.#deps, this.folder, message, ending)
    await this.#record({ type: 'acknowledged', answer })
    cleanJob(this.folder, this.#deps.config.stateDir, ending.ending.outcome === 'failed')
    if (next !== undefined) await this.#deps.follow(next)
  }

  /** True when the job is on its way; false when the server did not want it begun any more. */
  async #begin(message: JobMessage): Promise<boolean> {
    const { config, calls, stopping } = this.#deps
    const { job, fence } = this.folder
    const began = await repeatCall(config.retryMs, stopping, () => calls.start(job, fence))
    if (!began.ok) {
      this.#deps.say(`${job} was not begun: ${began.detail}`)
      dropJob(this.folder)
      return false
    }
    try {
      const signal = AbortSignal.any([stopping, this.#preparing.signal])
      const fetchedSince = performance.now()
      const archive = await fetchArchive(this.#deps, this.folder, message.envelope, signal)
      await this.#launch(message, archive, performance.now() - fetchedSince)
    } catch (error) {
      if (stopping.aborted) throw error
      if (!(error instanceof FetchFault) && !this.#preparing.signal.aborted) throw error
      await this.#endUnbegun(error)
    }
    return true
  }

  /** What fetching took counts as work: the server's deadline counts it too. */
  async #launch(message: JobMessage, archive: string | null, spentMs: number): Promise<void> {
    const { stateDir, hostRoot, commandEnv } = this.#deps.config
    const { envelope } = message
    const launch: Launch = { envelope, stateDir, hostRoot, commandEnv, archive, spentMs }
    await whenDiskHasRoom(this.#deps.stopping, () => {
      replaceFile(this.folder.launch, JSON.stringify(launch))
    })
    await this.#record({ type: 'intent' })
    this.#supervisor = this.#startSupervisor()
  }

  /** Nothing was done on the host: said so in the journal, as if a supervisor had. */
  #endUnbegun(error: unknown): Promise<void> {
    const isCancelled = this.#preparing.signal.aborted
    const reason = error instanceof Error ? error.message : String(error)
    const outcome = isCancelled ? 'aborted' : 'errored'
    const ending: Ending = { outcome, exitCode: null, reason, durationMs: 0 }
    return this.#record({ type: 'exited', ending })
  }

  /** Writes an entry as soon as the disk has room for it. */
  #record(entry: JournalEntry): Promise<void> {
    return whenDiskHasRoom(this.#deps.stopping, () => appendEntry(this.folder.journal, entry))
  }

  /** Ships the log while the command runs; returns when it runs no more. */
  async #attend(): Promise<void> {
    const bell = new Bell(this.folder.path)
    let cancelledAt: number | undefined
    try {
      for (;;) {
        const condition = judgeCondition(this.folder)
        if (condition === 'ended' || condition === 'lost') return
        if (condition === 'not_begun' && this.#supervisor?.hasEnded() !== false) {
          // It died before it took the job; nothing was begun, so another one may.
          await this.#startAnother()
        }
        if ((await this.#shipping.ship()) === 'lease_lost') this.cancel(LEASE_LOST_GRACE_MS)
        const { cancelGraceMs } = readJournal(this.folder.journal)
        if (cancelGraceMs !== undefined) {
          cancelledAt ??= performance.now()
          if (performance.now() - cancelledAt > cancelGraceMs + STUBBORN_MS) {
            await endOrphans(this.folder)
          }
        }
        await bell.wait(LOOK_EVERY_MS, this.#deps.stopping)
      }
    } finally {
      bell.close()
    }
  }

  #startSupervisor(): ProcessWatch {
    const { program, config } = this.#deps
    return startSupervisor(program, this.folder, config.supervisorEnv)
  }

  async #startAnother(): Promise<void> {
    this.#supervisorCount += 1
    if (this.#supervisorCount < SUPERVISORS_MAX) {
      this.#supervisor = this.#startSupervisor()
      return
    }
    const complaint = readComplaint(this.folder)
    await this.#endUnbegun(new Error(`No supervisor could be started on this agent. ${complaint}`))
  }

  async #readEnding(message: JobMessage): Promise<KnownEnding> {
    const { ending, started } = readJournal(this.folder.journal)
    if (ending !== undefined) return { verdict: 'ended', ending }
    const left = await endOrphans(this.folder)
    const reason = explainLoss(message.envelope.work.kind, started?.bootId, left)
    return {
      verdict: 'lost',
      ending: { outcome: 'errored', exitCode: null, reason, durationMs: 0 },
    }
  }
}

function explainLoss(kind: string, bootId: string | undefined, left: number): string {
  const what = kind === 'artifact' ? 'The artifact was being placed' : 'The work was begun'
  const why =
    bootId === undefined
      ? 'its supervisor ended before it could say more'
      : 'its supervisor was ended, or the machine restarted'
  const rest = left === 0 ? '' : ` ${left} process(es) of it were still running and were ended.`
  return `${what}, then ${why}; nobody can say how it ended.${rest}`
}

/** Rings when something in a folder changes; one ring is kept for who comes late. */
class Bell {
  readonly #watcher: ReturnType<typeof watch> | undefined
  #ring: (() => void) | undefined
  #hasRung = false

  constructor(path: string) {
    try {
      this.#watcher = watch(path, () => {
        this.#hasRung = true
        this.#ring?.()
      })
      this.#watcher.on('error', () => undefined)
    } catch {
      // Without hints looking from time to time is enough.
    }
  }

  async wait(mostMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (!this.#hasRung) {
      const rung = new Promise<void>((resolve) => {
        this.#ring = resolve
      })
      await Promise.race([rung, delay(mostMs, undefined, { signal })])
    }
    this.#hasRung = false
    this.#ring = undefined
  }

  close(): void {
    this.#watcher?.close()
  }
}

async function whenDiskHasRoom(signal: AbortSignal, write: () => void): Promise<void> {
  for (;;) {
    try {
      write()
      return
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
      await delay(LOOK_EVERY_MS, undefined, { signal })
    }
  }
}
