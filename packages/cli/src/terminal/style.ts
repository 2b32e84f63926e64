// How text that is made for UTF-8 looks on other terminals, and the colours of marks. Presenters write plain text only.

export interface Style {
  readonly utf8: boolean
  readonly colour: boolean
  /** Colours also in a pipe. */
  readonly always?: boolean
}

/** The mark of each state: the ten of runs, those of gates, and those of definitions. */
export const MARKS = {
  passed: '✓',
  succeeded: '✓',
  holds: '✓',
  given: '✓',
  running: '◐',
  checking: '◐',
  waiting: '◆',
  scheduled: '◷',
  failed: '✗',
  rejected: '✗',
  errored: '!',
  unknown: '?',
  pending: '○',
  ready: '○',
  not_reached: '○',
  skipped: '–',
  overruled: '–',
  aborted: '⊘',
  held: '‖',
  drift: '≠',
  rolled_back: '↺',
} as const

const PLAIN: Readonly<Record<string, string>> = {
  '✓': 'ok',
  '◐': '>',
  '◆': '*',
  '◷': '@',
  '✗': 'x',
  '○': '.',
  '–': '-',
  '⊘': '/',
  '‖': '=',
  '≠': '#',
  '↺': '<',
  '→': '->',
  '·': '-',
  '█': '#',
  '░': '.',
  '│': '|',
  '─': '-',
  '…': '...',
  '•': '*',
  '−': '-',
  '×': 'x',
  '◇': '-',
  '↑': 'up',
  '↓': 'down',
  '↵': 'enter',
  '›': '>',
}

// The 16 colours of terminals: green, blue, amber, red, magenta, grey.
const COLOURS: Readonly<Record<string, number>> = {
  '✓': 32,
  '◐': 34,
  '◆': 33,
  '◷': 33,
  '✗': 31,
  '!': 31,
  '?': 35,
  '○': 90,
  '–': 90,
  '⊘': 90,
  '‖': 33,
  '≠': 33,
  '↺': 33,
}

/** Text as this terminal shows it. Marks keep their place: the second letter of `ok` takes a blank behind it. */
export function inStyle(text: string, { utf8, colour }: Style): string {
  const coloured = colour ? paintMarks(text) : text
  return utf8 ? coloured : toPlain(coloured)
}

function paintMarks(text: string): string {
  return text
    .replaceAll(/[✓◐◆◷✗○⊘‖≠↺]/gu, (mark) => paint(mark))
    .replaceAll(
      /^( *)([!?–])(?= )/gmu,
      (_all, indent: string, mark: string) => indent + paint(mark),
    )
    .replaceAll(/^Refused(?=:)/gmu, '\u001B[31mRefused\u001B[0m')
}

function paint(mark: string): string {
  return `\u001B[${COLOURS[mark] ?? 0}m${mark}\u001B[0m`
}

function toPlain(text: string): string {
  return text
    .replaceAll(/✓(\u001B\[0m)?( ?)(?= )/gu, (_all, end: string | undefined) => `ok${end ?? ''}`)
    .replaceAll(/[^\u0000-\u007F]/gu, (sign) => PLAIN[sign] ?? '?')
}
