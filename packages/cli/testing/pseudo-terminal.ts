// A program on a screen of its own: what stands there, and keys that are pressed. The screen is made by `script` of util-linux.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

const FOUND = spawnSync('script', ['--version'], { encoding: 'utf8' })
/** Why there are no screens here; false where there are. For `skip` of a test. */
export const NO_SCREEN =
  FOUND.error === undefined && FOUND.stdout.includes('util-linux')
    ? false
    : 'needs script of util-linux'

export interface PseudoTerminal extends AsyncDisposable {
  /** The lines that stand on the screen now, without blanks at their ends. */
  screen(): string
  press(keys: string): void
  /** How the program ended. */
  readonly ended: Promise<number | null>
}

/** Starts a program on a screen of this size. */
export function startOnScreen(
  argv: readonly string[],
  options: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string | undefined>>
    readonly columns: number
    readonly rows: number
  },
): PseudoTerminal {
  const { cwd, env, columns, rows } = options
  const command = `stty cols ${columns} rows ${rows}; exec ${argv.map(quoted).join(' ')}`
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let written = ''
  child.stdout.on('data', (bytes: Buffer) => (written += bytes.toString()))
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null))
  return {
    screen: () => screenOf(written),
    press: (keys) => void child.stdin.write(keys),
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

// oxlint-disable-next-line no-control-regex -- that is what stands in the output
const WRITTEN = /\u001B\[([0-9;?]*)([A-Za-z])|[\r\n\b]|[^\u001B\r\n\b]+/g

/** What stands on a screen onto which this was written. Long lines are not folded. */
function screenOf(written: string): string {
  const lines = ['']
  let [row, column] = [0, 0]
  for (const [text, given = '', letter] of written.matchAll(WRITTEN)) {
    const count = Number.parseInt(given, 10) || 1
    const line = lines[row] ?? ''
    if (letter === 'A') row = Math.max(0, row - count)
    else if (letter === 'G') column = count - 1
    else if (letter === 'J') lines.splice(row, lines.length, line.slice(0, column))
    else if (letter === 'K') lines[row] = line.slice(0, column)
    else if (letter !== undefined) continue
    else if (text === '\r') column = 0
    else if (text === '\b') column = Math.max(0, column - 1)
    else if (text === '\n') row += 1
    else {
      lines[row] = line.slice(0, column).padEnd(column) + text + line.slice(column + text.length)
      column += text.length
    }
    while (lines.length <= row) lines.push('')
  }
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}
