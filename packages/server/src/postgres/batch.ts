// Many small questions of the same kind, asked of the database together.

/** So many at once at most: a statement must stay small. */
const BATCH_MAX = 200

/** What may go together. */
export interface BatchLimits<Asked> {
  /** Of questions with the same key only one is asked at a time. */
  readonly keyOf?: (asked: Asked) => string
  readonly sizeOf?: (asked: Asked) => number
  /** So much together at most; a question that is larger goes alone. */
  readonly sizeMax?: number
}

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
  readonly #limits: BatchLimits<Asked>
  #waiting: Waiting<Asked, Answer>[] = []
  #isRunning = false

  /** `perform` answers in the order of what is asked. */
  constructor(
    perform: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
    limits: BatchLimits<Asked> = {},
  ) {
    this.#perform = perform
    this.#limits = limits
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
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const batch = this.#take()
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

  #take(): readonly Waiting<Asked, Answer>[] {
    const { keyOf, sizeOf = () => 0, sizeMax = 0 } = this.#limits
    if (keyOf === undefined) return this.#waiting.splice(0, BATCH_MAX)
    const keys = new Set<string>()
    const batch: Waiting<Asked, Answer>[] = []
    const rest: Waiting<Asked, Answer>[] = []
    let size = 0
    for (const waiting of this.#waiting) {
      const key = keyOf(waiting.asked)
      const own = sizeOf(waiting.asked)
      const fits = batch.length === 0 || (batch.length < BATCH_MAX && size + own <= sizeMax)
      if (!fits || keys.has(key)) {
        rest.push(waiting)
        continue
      }
      keys.add(key)
      size += own
      batch.push(waiting)
    }
    this.#waiting = rest
    return batch
  }
}
