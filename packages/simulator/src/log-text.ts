// Logs that everybody can write down again: what byte stands where follows from the seed and the job.

import { chanceOf } from './chance.ts'

const BLOCK_BYTES = 16 * 1024
const LINE_BYTES = 80

/** Lines of text without end. Each block begins with the job and its number, so that nothing can stand in the wrong place. */
export class LogText {
  readonly #block: Buffer

  constructor(seed: number) {
    this.#block = Buffer.alloc(BLOCK_BYTES, '\n')
    for (let at = 0; at < BLOCK_BYTES; at += LINE_BYTES) {
      const words = String(chanceOf(seed, 'line', at)).repeat(LINE_BYTES)
      this.#block.write(words, at, Math.min(LINE_BYTES, BLOCK_BYTES - at) - 1, 'latin1')
    }
  }

  /** The bytes of a job's log from one place up to another. */
  read(job: string, from: number, to: number): Buffer {
    const first = Math.floor(from / BLOCK_BYTES)
    const blocks: Buffer[] = []
    for (let n = first; n * BLOCK_BYTES < to; n += 1) {
      const block = Buffer.from(this.#block)
      block.write(`${job} ${String(n).padStart(9, '0')} `, 0, 'latin1')
      blocks.push(block)
    }
    const start = first * BLOCK_BYTES
    return Buffer.concat(blocks).subarray(from - start, Math.max(from, to) - start)
  }
}
