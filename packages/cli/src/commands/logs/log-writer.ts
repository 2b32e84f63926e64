import type { Context } from '../../command/context.ts'

export interface LogForm {
  /** Only lines that it holds for; undefined for all. */
  readonly matches: ((line: string) => boolean) | undefined
  readonly raw: boolean
  /** In front of each line, when several logs are read at once. */
  readonly lead: string
}

// Commands may write sequences that move the cursor or name the window; on a terminal they would be carried out.
const CONTROL =
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes away
  /\u001B\[[0-9;?]*[A-Za-ln-z@]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B[^[\]]|[\u0000-\u0008\u000B\u000C\u000E-\u001A\u007F]/gu
// oxlint-disable-next-line no-control-regex -- see above
const COLOUR = /\u001B\[[0-9;]*m/gu

/** Writes the bytes of a log: as they are in a pipe, as numbered lines on a terminal. */
export class LogWriter {
  readonly #context: Context
  readonly #form: LogForm
  readonly #decoder = new TextDecoder()
  #rest = ''
  #line = 0

  constructor(context: Context, form: LogForm) {
    this.#context = context
    this.#form = form
  }

  write(bytes: Uint8Array): void {
    const { terminal, json } = this.#context
    const { raw, matches, lead } = this.#form
    if (!json && (raw || (!terminal.isScreen && matches === undefined && lead === ''))) {
      return terminal.printRaw(bytes)
    }
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#writeLine(line)
  }

  end(): void {
    if (this.#rest !== '') this.#writeLine(this.#rest)
    this.#rest = ''
  }

  #writeLine(line: string): void {
    const { terminal, json, config } = this.#context
    const { matches, lead } = this.#form
    this.#line += 1
    if (matches !== undefined && !matches(line)) return
    const text = line.replace(/\r$/, '')
    if (json)
      return terminal.print(JSON.stringify({ line: this.#line, resource: lead.trim(), text }))
    if (!terminal.isScreen) return terminal.printRaw(`${lead}${text}\n`)
    const safe = text.replaceAll(CONTROL, '')
    const shown = config.colour ? safe : safe.replaceAll(COLOUR, '')
    terminal.printRaw(
      `${lead}${String(this.#line).padStart(5)}  ${shown}${config.colour ? '\u001B[0m' : ''}\n`,
    )
  }
}
