// Many small questions of the same kind, asked of the database together.

/** So many at once at most: a statement must stay small. */
const BATCH_MAX = 200

interface Waiting<Asked, Answer> {
  readonly asked: Asked
  readonly resolve: (answer: Answer) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Asks at once when nothing is under way; what comes meanwhile is asked together afterwards. Under load one statement and
 * one commit serve many requests, and nobody waits for others that may come. When a statement fails, all that it was for
 * are told.
 */
export class Batch<Asked, Answer> {
  readonly #perform: (asked: readonly Asked[]) => Promise<readonly Answer[]>
  #waiting: Waiting<Asked, Answer>[] = []
  #isRunning = false

  /** `perform` answers in the order of what is asked. */
  constructor(perform: (asked: readonly Asked[]) => Promise<readonly Answer[]>) {
    this.#perform = perform
  }

  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // What arrives in the same turn of the event loop belongs together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH_MAX)
      try {
        const answers = await this.#perform(batch.map(({ asked }) => asked))
        for (const [index, { resolve, reject }] of batch.entries()) {
          if (index in answers) resolve(answers[index] as Answer)
          else reject(new Error('a batch answered less than it was asked'))
        }
      } catch (cause) {
        for (const { reject } of batch) reject(cause)
      }
    }
    this.#isRunning = false
  }
}
