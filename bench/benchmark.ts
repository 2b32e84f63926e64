// What a benchmark is, and what it may use.

import type { BenchServer } from './bench-server.ts'

/** One line of the report. */
export interface Figure {
  /** What was measured, with its unit. */
  readonly what: string
  readonly value: string
  /** What it should be, and whether it is; absent for figures that only explain others. */
  readonly target?: { readonly wanted: string; readonly isMet: boolean }
}

export interface Benchmark {
  /** A sentence: what is shown, and how. */
  readonly title: string
  /** Quick: so small that the figures mean nothing; only to see that it runs. */
  run(server: BenchServer, how: { readonly isQuick: boolean }): Promise<readonly Figure[]>
}

/** The middle value; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** A count with thousands set apart. */
export function shown(value: number, digits = 0): string {
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
