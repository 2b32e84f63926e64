// Questions of reducers to the server itself, asked after the commit.

import type { Plan, Question, StateHead } from '@lockstep/domain'
import type { Performer, Target } from '../../ports/reactor.ts'

export const QUESTIONS_AT_ONCE = 16
export const QUESTIONS_MAX = 10_000

export interface Asked {
  readonly question: Question
  readonly target: Target
  readonly state: StateHead
  readonly plan: Plan | undefined
}

/**
 * Asks so many at a time, in order. What is lost here (too many, an error) is asked again by the wake-up of the aggregate that waits for the answer, and after a crash by whoever takes over.
 */
export class Questions {
  readonly #perform: Performer
  readonly #report: (what: string, cause: unknown) => string
  readonly #waiting: Asked[] = []
  readonly #underWay = new Set<Promise<void>>()
  readonly #known = new Set<string>()
  #isStopped = false

  constructor(perform: Performer, report: (what: string, cause: unknown) => string) {
    this.#perform = perform
    this.#report = report
  }

  ask(asked: Asked): void {
    if (this.#isStopped || this.#waiting.length >= QUESTIONS_MAX) return
    this.#known.add(nameOf(asked))
    this.#waiting.push(asked)
    this.#next()
  }

  /** Asks what another server may have been asked, unless it is being asked here. */
  takeOver(asked: Asked): void {
    if (!this.#known.has(nameOf(asked))) this.ask(asked)
  }

  /** Drops what waits, and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#waiting.length = 0
    await Promise.all(this.#underWay)
  }

  #next(): void {
    while (this.#underWay.size < QUESTIONS_AT_ONCE) {
      const asked = this.#waiting.shift()
      if (asked === undefined) return
      const performance = this.#performOne(asked)
      this.#underWay.add(performance)
      void performance.finally(() => {
        this.#underWay.delete(performance)
        this.#known.delete(nameOf(asked))
        this.#next()
      })
    }
  }

  async #performOne({ question, target, state, plan }: Asked): Promise<void> {
    try {
      await this.#perform(question, target, state, plan)
    } catch (cause) {
      this.#report(`${question.type} of ${target.id} was not answered`, cause)
    }
  }
}

function nameOf({ target, question }: Asked): string {
  return `${target.id} ${JSON.stringify(question)}`
}
