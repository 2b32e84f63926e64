// Brings the log to the server by offset. Deletes nothing: the spool stays until the end is acknowledged.
import { hasCode } from '../journal/durable-file.ts'
import { appendEntry, readJournal } from '../journal/journal.ts'
import { LogReader, logLength } from '../journal/read-log.ts'
import type { LogChunk } from '../journal/read-log.ts'
import type { JobFolder } from '../journal/job-folder.ts'
import type { JobDeps } from './job-deps.ts'
import { repeatCall } from './retrying.ts'

/**
 * `lease_lost`: the server has given the job to another, or has ended it. `not_known`: it knows nothing of the job, as
 * after a restore from a backup; then nobody has said that it must stop.
 */
export type Shipped = 'shipped' | 'lease_lost' | 'not_known'

export class LogShipping {
  readonly #deps: JobDeps
  readonly #folder: JobFolder
  readonly #reader: LogReader
  #acknowledged: number
  #unwanted: Exclude<Shipped, 'shipped'> | undefined

  constructor(deps: JobDeps, folder: JobFolder) {
    this.#deps = deps
    this.#folder = folder
    this.#reader = new LogReader(folder)
    this.#acknowledged = readJournal(folder.journal).loggedLength
  }

  /** Bytes that the server has stored. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Sends what there is by now. */
  async ship(): Promise<Shipped> {
    for (;;) {
      if (this.#unwanted !== undefined) return this.#unwanted
      const chunk = this.#reader.readChunk(this.#acknowledged)
      if (chunk === undefined) return 'shipped'
      await this.#send(chunk)
    }
  }

  /** Sends the rest of a log that grows no more. */
  async shipAll(): Promise<Shipped> {
    let shipped: Shipped = 'shipped'
    while (shipped === 'shipped' && this.#acknowledged < logLength(this.#folder)) {
      shipped = await this.ship()
    }
    return shipped
  }

  async #send(chunk: LogChunk): Promise<void> {
    const { job, fence } = this.#folder
    const { config, calls, stopping } = this.#deps
    const answer = await repeatCall(config.retryMs, stopping, () =>
      calls.appendLog({ job, fence, ...chunk }),
    )
    if (answer.ok) {
      this.#advance(answer.value.length)
    } else if (answer.code === 'wrong_offset' && answer.length !== undefined) {
      this.#advance(Math.min(answer.length, logLength(this.#folder)))
    } else {
      this.#deps.say(`The log of ${job} is not wanted any more: ${answer.detail}`)
      this.#unwanted = answer.code === 'not_found' ? 'not_known' : 'lease_lost'
    }
  }

  #advance(length: number): void {
    this.#acknowledged = length
    try {
      appendEntry(this.#folder.journal, { type: 'logged', length })
    } catch (error) {
      // Only a hint where to go on: on a full disk the server's answer says it again.
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
    }
  }
}
