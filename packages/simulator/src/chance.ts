// Chance that can be repeated: the same seed and the same words give the same number, in whatever order they are asked.

import { hash } from 'node:crypto'

const STEPS = 2 ** 48

/** A number from 0 up to 1, for this seed and these words. */
export function chanceOf(seed: number, ...words: readonly (string | number)[]): number {
  const digest = hash('sha256', [seed, ...words].join('\n'), 'buffer')
  return digest.readUIntBE(0, 6) / STEPS
}
