// What a line of a log shows: a command writes for a terminal, people read a page.

/** Longer lines are cut, so that no log can fill a page with one of them. */
export const LINE_SHOWN_MAX = 4_000

// oxlint-disable no-control-regex -- the sequences that steer a terminal consist of control characters
const STEERS = /[\u0000-\u0008\u000B-\u001F\u007F\u0080-\u009F]/
/** Titles, links and the like: begun by `ESC ]`, ended by BEL or `ESC \`. */
const OPERATING = /\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?/g
/** `ESC [ … letter`, except those that end in `m`: colours and weights. */
const MOVES = /\u001B\[[0-9:;<=>?]*[ -/]*[@-ln-~]/g
const OTHER = /\u001B(?!\[[0-9:;]*m)[ -/]*[0-~]?/g
const CONTROLS = /[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F]/g
const COLOURS = /\u001B\[[0-9:;]*m/g
// oxlint-enable no-control-regex

/**
 * A line as a terminal would have left it: what was written over with a carriage return is gone, colours and weights stay as
 * escape sequences (`ESC [ … m`), and nothing else that steers a terminal stays.
 */
export function shownLine(line: string): string {
  if (!STEERS.test(line)) return cut(line)
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line
  return cut(
    whole
      .slice(whole.lastIndexOf('\r') + 1)
      .replaceAll(OPERATING, '')
      .replaceAll(MOVES, '')
      .replaceAll(OTHER, '')
      .replaceAll(CONTROLS, ''),
  )
}

/** The letters of a shown line, without its colours. */
export function plainLine(shown: string): string {
  return shown.includes('\u001B') ? shown.replaceAll(COLOURS, '').replaceAll('\u001B', '') : shown
}

function cut(line: string): string {
  return line.length <= LINE_SHOWN_MAX ? line : `${line.slice(0, LINE_SHOWN_MAX)} …`
}
