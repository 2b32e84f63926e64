// What the agent tells about what it placed: at the start, when something changed, and when it is asked.
import type { InstalledComponent } from '@lockstep/contract/agent'
import { listInstalled } from './artifact/installed.ts'
import type { Host } from './artifact/installed.ts'
import type { HashMemory } from './artifact/manifest.ts'

export class InstalledWatch {
  readonly #host: Host
  readonly #memory: HashMemory = new Map()
  #told: string | undefined
  #found: readonly InstalledComponent[] = []

  constructor(host: Host) {
    this.#host = host
  }

  /** Reads again what runs; files that look unchanged are not read, unless all are to be. True when there is news. */
  async look(options: { readonly isThorough?: boolean } = {}): Promise<boolean> {
    if (options.isThorough === true) this.#memory.clear()
    this.#found = await listInstalled(this.#host, this.#memory)
    return this.#news !== undefined
  }

  /** What the server has not been told yet. */
  get unsaid(): readonly InstalledComponent[] | undefined {
    return this.#news === undefined ? undefined : this.#found
  }

  /** The server has answered a poll that carried `installed`. */
  said(installed: readonly InstalledComponent[]): void {
    this.#told = JSON.stringify(installed)
  }

  /** Tell all again with the next poll. */
  forget(): void {
    this.#told = undefined
  }

  get #news(): string | undefined {
    const now = JSON.stringify(this.#found)
    return now === (this.#told ?? '[]') && this.#told !== undefined ? undefined : now
  }
}
