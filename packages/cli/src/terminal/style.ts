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
  overridden: '–',
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

const MARK = /[✓◐◆◷✗○⊘‖≠↺]/u
/** The marks that are letters of every day count as marks only at the beginning of a line. */
const LEADING_MARK = /^( *)([!?–])(?= )/gmu

/** What would move the cursor, turn the direction of a line, or not be seen at all: names come from people and agents. */
const UNSEEN = /[[\p{Cc}--[\n\t]]\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gv

/** Such signs by their numbers, as JSON writes them too. */
function escaped(text: string): string {
  return text.replaceAll(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Text as this terminal shows it. Columns keep their place: behind `ok`, which is wider than its mark, a blank goes. */
export function inStyle(text: string, { utf8, colour }: Style): string {
  const paint = (mark: string): string => {
    const shown = utf8 ? mark : (PLAIN[mark] ?? mark)
    return colour ? `\u001B[${COLOURS[mark] ?? 0}m${shown}\u001B[0m` : shown
  }
  const marked = escaped(text)
    .replaceAll(utf8 ? /✓/gu : /✓(?: (?= ))?/gu, () => paint('✓'))
    .replaceAll(new RegExp(MARK, 'gu'), (mark) => (mark === '✓' ? mark : paint(mark)))
    .replaceAll(LEADING_MARK, (_all, indent: string, mark: string) => indent + paint(mark))
  const coloured = colour
    ? marked.replaceAll(/^Refused(?=:)/gmu, '\u001B[31mRefused\u001B[0m')
    : marked
  return utf8 ? coloured : coloured.replaceAll(/\P{ASCII}/gu, (sign) => PLAIN[sign] ?? '?')
}

/** The mark of a state. A word that is new to this version of the command line gets none of the known ones. */
export function markOf(state: string): string {
  return Object.entries(MARKS).find(([known]) => known === state)?.[1] ?? '?'
}
