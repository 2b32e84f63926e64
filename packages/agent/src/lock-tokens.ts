// The highest lock token seen of each environment: who comes with a lower one has lost the environment since.
import { join } from 'node:path'
import { readOwnJson, replaceFile } from './journal/durable-file.ts'

export class LockTokens {
  readonly #path: string
  readonly #tokens: Map<string, number>

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'lock-tokens.json')
    this.#tokens = new Map(Object.entries(readOwnJson<Record<string, number>>(this.#path) ?? {}))
  }

  /** Remembers the token, durably, and says whether it is at least as high as any before. */
  admit(environment: string, token: number): boolean {
    const highest = this.#tokens.get(environment) ?? -1
    if (token < highest) return false
    if (token > highest) {
      this.#tokens.set(environment, token)
      replaceFile(this.#path, JSON.stringify(Object.fromEntries(this.#tokens)))
    }
    return true
  }
}
