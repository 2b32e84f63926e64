// What a line of a log says about itself: an error, a warning, the begin or end of a group. The page and the server ask the same.

export type LineKind =
  | { readonly kind: 'text' | 'error' | 'warning' | 'group_end' }
  | { readonly kind: 'group'; readonly title: string }

const TEXT: LineKind = { kind: 'text' }
const ERROR: LineKind = { kind: 'error' }
const WARNING: LineKind = { kind: 'warning' }
const GROUP_END: LineKind = { kind: 'group_end' }

/** As GitHub and Azure write groups; other tools have taken it over. */
const GROUP = /^\s*(?:::|##\[)group(?:::|\])(.*)$/
const GROUP_ENDS = /^\s*(?:::|##\[)endgroup(?:::|\])/
/** Lines without any of these are nothing special; most are. */
const REMARKABLE = /err|fatal|panic|fail|critical|exception|warn|deprecat|✗|✘|✖|⚠|^\s*!/i

const ERRORS = [
  /^\s*(?:✗|✘|✖)/,
  /^\s*(?:::|##\[)error\b/,
  /^\W*(?:error|fatal|panic|critical)\b(?!\s*=)/i,
  /^\s*FAIL(?:ED|URE)?\b/,
  /\b(?:fatal |internal )?error(?:\[\w+\])?:/i,
  /\b[A-Z]\w*(?:Error|Exception)\b:/,
  /^.{0,80}\b(?:ERROR|FATAL|CRITICAL|PANIC)\b/,
  /\blevel"?[=:]\s*"?(?:error|fatal|critical)\b/i,
]
const WARNINGS = [
  /^\s*(?:!|⚠)/,
  /^\s*(?:::|##\[)warning\b/,
  /^\W*(?:warn(?:ing)?|deprecat(?:ed|ion))\b(?!\s*=)/i,
  /\bwarning(?:\[\w+\])?:/i,
  /\b[A-Z]\w*Warning\b:/,
  /^.{0,80}\bWARN(?:ING)?\b/,
  /\blevel"?[=:]\s*"?warn(?:ing)?\b/i,
]

/** Judges the letters of a line, without colours. */
export function judgeLine(plain: string): LineKind {
  const title = plain.includes('group') ? GROUP.exec(plain)?.[1] : undefined
  if (title !== undefined) return { kind: 'group', title: title.trim() || 'Group' }
  if (GROUP_ENDS.test(plain)) return GROUP_END
  if (!REMARKABLE.test(plain)) return TEXT
  if (ERRORS.some((pattern) => pattern.test(plain))) return ERROR
  return WARNINGS.some((pattern) => pattern.test(plain)) ? WARNING : TEXT
}

/** Whether a line belongs to the error or warning before it: it is set further in, or says where. */
export function continuesLine(plain: string, first: string): boolean {
  if (plain.trim() === '') return false
  return indentOf(plain) > indentOf(first) || /^\s*(?:at |Caused by\b|\.\.\. \d+ more)/.test(plain)
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
