// A part of the screen that is drawn again in place.

import type { Terminal } from './terminal.ts'

/** Draws frames over one another. What stands above stays; `leave` lets the last frame stand. */
export class Screen {
  readonly #terminal: Terminal
  #drawn = 0
  #last = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Shows a frame, cut to the height of the screen from above: the newest is below. */
  draw(frame: string): void {
    const rows = this.#terminal.rows() - 1
    const lines = frame.split('\n')
    const shown =
      lines.length > rows ? [...lines.slice(0, 2), ...lines.slice(lines.length - rows + 2)] : lines
    const text = shown.join('\n')
    if (text === this.#last) return
    this.clear()
    this.#terminal.print(text)
    this.#drawn = shown.reduce((sum, line) => sum + rowsOf(line, this.#terminal.width()), 0)
    this.#last = text
  }

  /** Takes the frame away, so that something else can be shown. */
  clear(): void {
    if (this.#drawn > 0) this.#terminal.printRaw(`\u001B[${this.#drawn}A\u001B[0J`)
    this.#drawn = 0
    this.#last = ''
  }

  /** Lets the frame stand. */
  leave(): void {
    this.#drawn = 0
    this.#last = ''
  }
}

/** A line that is wider than the screen takes several rows of it. */
function rowsOf(line: string, width: number): number {
  return Math.max(1, Math.ceil(line.length / width))
}
