// When which byte of a log was there, from the marks that came with its parts.

/** Hears parts in order, and knows the time of what stands in the last one, and of a line that began before it. */
export class LogClock {
  #marks: { readonly at: number; readonly ms: number }[] = []

  /** `marks`: pairs of a byte in the part that begins at `start`, and milliseconds since the job began. */
  hear(start: number, marks: readonly number[]): void {
    this.#marks = this.#marks.slice(-1)
    for (let index = 0; index + 1 < marks.length; index += 2) {
      this.#marks.push({ at: start + (marks[index] ?? 0), ms: marks[index + 1] ?? 0 })
    }
  }

  /** null: nothing was said about that byte or one before it. */
  msAt(byte: number): number | null {
    return this.#marks.findLast(({ at }) => at <= byte)?.ms ?? null
  }
}
