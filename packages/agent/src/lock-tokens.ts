// The highest lock token seen of each environment: who comes with a lower one has lost the environment since.
import { join } from 'node:path'
import { readOwnJson, replaceFile } from './journal/durable-file.ts'

/** A token counts within its generation of the server's data; a restore begins the next one, and tokens again. */
interface Seen {
  readonly generation: number
  readonly token: number
}

export class LockTokens {
  readonly #path: string
  readonly #seen: Map<string, Seen>

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'lock-tokens.json')
    this.#seen = new Map(Object.entries(readOwnJson<Record<string, Seen>>(this.#path) ?? {}))
  }

  /** Remembers the token, durably, and says whether it is at least as high as any before. `instance` is `DATA/GENERATION`. */
  admit(environment: string, token: number, instance: string): boolean {
    const generation = Number(/\/(\d+)$/.exec(instance)?.[1] ?? 1)
    const highest = this.#seen.get(environment) ?? { generation: 0, token: 0 }
    const ahead = generation - highest.generation || token - highest.token
    if (ahead < 0) return false
    if (ahead > 0) {
      this.#seen.set(environment, { generation, token })
      replaceFile(this.#path, JSON.stringify(Object.fromEntries(this.#seen)))
    }
    return true
  }
}
