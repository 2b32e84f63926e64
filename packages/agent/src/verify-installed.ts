// What the agent tells about what it placed: at the start, when something changed, and when it is asked.
import type { InstalledComponent } from '@lockstep/contract/agent'
import { listInstalled } from './artifact/installed.ts'
import type { Host } from './artifact/installed.ts'
import type { HashMemory } from './artifact/manifest.ts'

export class InstalledWatch {
  readonly #host: Host
  readonly #memory: HashMemory = new Map()
  /** What the server has answered to; undefined: nobody knows what it has heard. */
  #told: string | undefined
  /** On its way with a poll that waits for its answer. */
  #saying: string | undefined
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

  /** A poll sets out with `installed`. */
  saying(installed: readonly InstalledComponent[]): void {
    this.#saying = JSON.stringify(installed)
  }

  /** The poll was answered. */
  said(): void {
    if (this.#saying !== undefined) this.#told = this.#saying
    this.#saying = undefined
  }

  /** The poll was given up or refused: the server may have heard what it carried, or not. */
  unheard(): void {
    if (this.#saying !== undefined) this.#told = undefined
    this.#saying = undefined
  }

  /** Tell all again with the next poll. */
  forget(): void {
    this.#told = undefined
  }

  get #news(): string | undefined {
    const now = JSON.stringify(this.#found)
    return now === (this.#saying ?? this.#told) ? undefined : now
  }
}
