// The last lines of a log, for the panel of a step.

// oxlint-disable-next-line no-control-regex -- the sequences that colour a terminal begin with a control character
const TERMINAL = /\u001B\[[0-9;?]*[ -/]*[@-~]/g

/** The last lines of bytes that may begin in the middle of a line; `isWhole` when they begin where the log begins. */
export function lastLines(
  bytes: Uint8Array,
  linesMax: number,
  isWhole: boolean,
): readonly string[] {
  const lines = new TextDecoder().decode(bytes).replaceAll(TERMINAL, '').split(/\r?\n/)
  if (!isWhole) lines.shift()
  if (lines.at(-1) === '') lines.pop()
  return lines.slice(-linesMax).map((line) => line.slice(line.lastIndexOf('\r') + 1))
}
