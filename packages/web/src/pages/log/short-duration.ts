import { durationWords } from '../../ui/time-words.ts'

const UNIT_SPACE = '\u202f'

/** As `durationWords`, with tenths below ten seconds, where most parts of a log are: `0.8 s`. */
export function shortDuration(ms: number): string {
  const tenths = Math.max(0, Math.floor(ms / 100))
  return tenths < 100 ? `${(tenths / 10).toFixed(1)}${UNIT_SPACE}s` : durationWords(ms)
}
