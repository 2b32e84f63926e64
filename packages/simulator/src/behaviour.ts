// What simulated agents do with a job: said by a script, not by a command.

import type { JobEnvelope } from '@lockstep/contract/agent'
import { chanceOf } from './chance.ts'

/** How one job is acted out: it prints, takes its time, perhaps falls silent, and ends. */
export interface Act {
  readonly printsBytes: number
  /** What it prints instead of lines of its seed, as it comes; the job ends after it. */
  readonly says?: Iterable<string> | AsyncIterable<string>
  readonly takesMs: number
  /** For so long nothing is heard of the agent, in the middle of the job; then it goes on. */
  readonly vanishesMs: number
  readonly exitCode: number
}

/** Says how a job is acted out. Asked again about the same job it says the same. */
export type Behaviour = (job: JobEnvelope) => Act

const NOTHING: Act = { printsBytes: 0, takesMs: 0, vanishesMs: 0, exitCode: 0 }

/** Succeeds at once, without a word. */
export const succeed: Behaviour = () => NOTHING

/** Succeeds after this long. */
export function takeTime(takesMs: number): Behaviour {
  return () => ({ ...NOTHING, takesMs })
}

/** Prints so many bytes and succeeds. */
export function print(printsBytes: number): Behaviour {
  return () => ({ ...NOTHING, printsBytes })
}

/** Prints just this, as it comes, and ends with this exit code. */
export function say(texts: Iterable<string> | AsyncIterable<string>, exitCode = 0): Behaviour {
  return () => ({ ...NOTHING, says: texts, exitCode })
}

/** Ends with this exit code. */
export function fail(exitCode = 1): Behaviour {
  return () => ({ ...NOTHING, exitCode })
}

/** Falls silent for so long while the job runs; `Infinity`: it is never heard of again. */
export function vanish(vanishesMs: number): Behaviour {
  return () => ({ ...NOTHING, vanishesMs })
}

/** Each job gets one of these, as often as its weight says; which one depends on the seed and the job alone. */
export function mix(
  seed: number,
  parts: readonly { readonly weight: number; readonly behave: Behaviour }[],
): Behaviour {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  return (job) => {
    let left = chanceOf(seed, 'mix', job.job) * total
    for (const { weight, behave } of parts) {
      left -= weight
      if (left < 0) return behave(job)
    }
    return NOTHING
  }
}
