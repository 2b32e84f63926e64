// The terminal, or the pipes in its place.

import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'

import { Interrupted, Refusal } from '../command/failure.ts'
import { inStyle, type Style } from './style.ts'

const WIDTH_DEFAULT = 100

export interface Terminal {
  /** Somebody can be asked. */
  readonly canAsk: boolean
  /** Standard output is a screen and not a pipe. */
  readonly isScreen: boolean
  /** Columns; undefined in a pipe, where nothing is folded. */
  width(): number
  rows(): number
  /** Text on standard output, with a line end. */
  print(text: string): void
  /** Bytes on standard output, as they are. */
  printRaw(bytes: Uint8Array | string): void
  /** Text on standard error, with a line end. */
  note(text: string): void
  /** Asks for a line. */
  ask(question: string): Promise<string>
  /** Asks for a line that is not shown. A hint stands behind it where there is room, until what is typed reaches it. */
  askSecret(question: string, hint?: string): Promise<string>
  /** The first line that is piped in. */
  readLine(): Promise<string>
  /** Everything that is piped in, without the line end behind it. */
  readAll(): Promise<string>
  /** Keys as they are pressed, until it is stopped; nothing in a pipe. */
  onKey(listener: (key: string) => void): { readonly stop: () => void }
}

/** The streams of a process. What is no terminal has no `isTTY` at all. */
export interface Streams {
  readonly stdin: Omit<ReadStream, 'isTTY'> & { readonly isTTY?: boolean }
  readonly stdout: Omit<WriteStream, 'isTTY'> & { readonly isTTY?: boolean }
  readonly stderr: Omit<WriteStream, 'isTTY'> & { readonly isTTY?: boolean }
}

/** The terminal on these streams. A question that is interrupted rejects with `Interrupted`. */
export function createTerminal(streams: Streams, style: Style, signal: AbortSignal): Terminal {
  const { stdin, stdout, stderr } = streams
  const canAsk = stdin.isTTY === true && stderr.isTTY === true
  const isScreen = stdout.isTTY === true
  // Colours for people only: each stream by itself.
  const styled = (text: string, stream: { readonly isTTY?: boolean }, always: boolean): string =>
    inStyle(text, { utf8: style.utf8, colour: style.colour && (always || stream.isTTY === true) })
  const always = style.always === true
  return {
    canAsk,
    isScreen,
    width: () => (isScreen ? Math.max(40, stdout.columns) : WIDTH_DEFAULT + 20),
    rows: () => (isScreen ? Math.max(10, stdout.rows) : Infinity),
    print: (text) => void stdout.write(`${styled(text, stdout, always)}\n`),
    printRaw: (bytes) => void stdout.write(bytes),
    note: (text) => void stderr.write(`${styled(text, stderr, always)}\n`),
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stderr })
      try {
        return (await lines.question(styled(question, stderr, always), { signal })).trim()
      } catch (cause) {
        throw new Interrupted('Interrupted; nothing was changed.', { cause })
      } finally {
        lines.close()
      }
    },
    askSecret: (question, hint = '') => askSecretly(streams, { question, hint }, style),
    readLine: () => readFirstLine(stdin),
    readAll: () => readEverything(stdin),
    onKey(listener) {
      if (!canAsk || !isScreen) return { stop: () => undefined }
      const listen = (bytes: Buffer): void => listener(bytes.toString())
      stdin.setRawMode(true).resume().on('data', listen)
      return {
        stop: () => void stdin.off('data', listen).setRawMode(false).pause(),
      }
    },
  }
}

async function readFirstLine(stdin: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stdin) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  const line = text.split('\n', 1)[0]?.replace(/\r$/, '') ?? ''
  if (line === '') throw new Refusal('nothing was piped in where a password is read.')
  return line
}

async function readEverything(stdin: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of stdin) text += String(chunk)
  return text.replace(/\r?\n$/, '')
}

const [ENTER, LINE_FEED, END, INTERRUPT, BACKSPACE, DELETE] = [
  '\r',
  '\n',
  '\u0004',
  '\u0003',
  '\b',
  '\u007F',
]

/** So far behind the question the hint stands. */
const HINT_COLUMN = 20

function askSecretly(
  { stdin, stderr }: Streams,
  { question, hint }: { readonly question: string; readonly hint: string },
  style: Style,
): Promise<string> {
  const start = question.length
  const isHinted = hint !== '' && start + HINT_COLUMN + hint.length < stderr.columns
  stderr.write(
    isHinted ? `${question.padEnd(start + HINT_COLUMN)}${hint}\u001B[${start + 1}G` : question,
  )
  stdin.setRawMode(true).resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (): void => {
      stdin.off('data', listen).setRawMode(false).pause()
      stderr.write('\n')
    }
    const listen = (bytes: Buffer): void => {
      for (const key of bytes.toString()) {
        if (key === ENTER || key === LINE_FEED || key === END) {
          finish()
          return resolve(typed)
        }
        if (key === INTERRUPT) {
          finish()
          return reject(new Interrupted('Interrupted; nothing was changed.'))
        }
        if (key === BACKSPACE || key === DELETE) {
          if (typed !== '') stderr.write('\b \b')
          typed = typed.replace(/.$/u, '')
        } else if (key >= ' ') {
          typed += key
          if (isHinted && typed.length === HINT_COLUMN - 1) stderr.write('\u001B[K')
          stderr.write(style.utf8 ? '•' : '*')
        }
      }
    }
    stdin.on('data', listen)
  })
}
