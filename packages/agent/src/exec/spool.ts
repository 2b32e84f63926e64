// The log of a job on disk: every byte in the order it came, and beside it when.
import { closeSync, openSync, write } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { appendLine, hasCode } from '../journal/durable-file.ts'
import { masker } from './mask.ts'

const writeFile = promisify(write)

/** Marks of time nearer than this to each other are one. */
const MARK_EVERY_MS = 50
const RETRY_FULL_DISK_MS = 500

export interface SpoolOptions {
  readonly path: string
  readonly marksPath: string
  /** What a job may write; the rest is read and left out, with a notice. */
  readonly bytesMax: number
  /** Values that must not appear. */
  readonly secrets: readonly string[]
  /** Told whenever the command wrote something. */
  readonly onOutput: () => void
}

/**
 * The one writer of a log. While the disk is full `write` waits and loses nothing: who awaits it does not read on, so
 * the command waits too.
 */
export class Spool {
  readonly #options: SpoolOptions
  readonly #file: number
  readonly #began = performance.now()
  readonly #mask: ReturnType<typeof masker>
  #length = 0
  #markedAt = -MARK_EVERY_MS
  #isCut = false
  #isStalled = false

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#file = openSync(options.path, 'a', 0o600)
    this.#mask = masker(options.secrets)
  }

  /** The disk is full and somebody waits for it. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  /** Appends what the command wrote. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#options.onOutput()
    await this.#append(this.#mask.push(bytes))
  }

  /** Appends a line of the agent's own. */
  async note(sentence: string): Promise<void> {
    await this.flush()
    await this.#append(Buffer.from(`lockstep: ${sentence}\n`))
  }

  /** Writes what masking has held back because a secret might have begun there. */
  async flush(): Promise<void> {
    await this.#append(this.#mask.flush())
  }

  close(): void {
    closeSync(this.#file)
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#isCut || bytes.length === 0) return
    const room = this.#options.bytesMax - this.#length
    this.#mark()
    await this.#writeAll(bytes.subarray(0, room))
    if (bytes.length <= room) return
    this.#isCut = true
    await this.#writeAll(
      Buffer.from(
        `\nlockstep: the log ends here, it has reached ${this.#options.bytesMax} bytes\n`,
      ),
    )
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      try {
        const { bytesWritten } = await writeFile(
          this.#file,
          bytes,
          written,
          bytes.length - written,
          null,
        )
        written += bytesWritten
        this.#length += bytesWritten
        this.#isStalled = false
      } catch (error) {
        if (!hasCode(error, 'ENOSPC', 'EDQUOT', 'EINTR', 'EAGAIN')) throw error
        this.#isStalled = true
        await delay(RETRY_FULL_DISK_MS)
      }
    }
  }

  #mark(): void {
    const now = performance.now() - this.#began
    if (now - this.#markedAt < MARK_EVERY_MS) return
    try {
      appendLine(this.#options.marksPath, `${this.#length} ${Math.round(now)}`, { isSynced: false })
      this.#markedAt = now
    } catch (error) {
      // A full disk may cost the time of a line, never the line.
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error
    }
  }
}
