import type { PlanRefusal } from './facts.ts'

/** Collects every reason why a plan cannot be made, so that a person hears all of them at once. */
export class Refusals {
  readonly #found: PlanRefusal[] = []

  add(code: string, where: string, message: string): void {
    this.#found.push({ code, where, message })
  }

  get found(): readonly PlanRefusal[] {
    return this.#found
  }
}
