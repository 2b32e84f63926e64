// The mailbox of the demo: without SMTP_URL the server puts every mail into a folder, one file for each.

import { mkdirSync, readdirSync, readFileSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A mail as it was written. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** When the file was written. */
  readonly at: number
}

/** All mails so far, oldest first. */
export function readMailbox(folder: string): readonly Mail[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.eml'),
  )
  return files.map(({ name }) => parseMail(join(folder, name))).toSorted((a, b) => a.at - b.at)
}

/** Tells when mail comes; what came since it was last asked is told at once. */
export interface MailWatch extends Disposable {
  /** Resolves with the next mail, after `mostMs`, or when the signal ends it. */
  next(mostMs: number, signal: AbortSignal): Promise<void>
}

/** Looks at the mailbox as people do: when something has come, not all the time. */
export function watchMailbox(folder: string): MailWatch {
  mkdirSync(folder, { recursive: true })
  let hasCome = false
  let tell: (() => void) | undefined
  const watcher = watch(folder, () => {
    hasCome = true
    tell?.()
  })
  return {
    async next(mostMs, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      tell = resolve
      const late = delay(mostMs, undefined, { signal }).catch(() => undefined)
      if (!hasCome) await Promise.race([promise, late])
      hasCome = false
      tell = undefined
    },
    [Symbol.dispose]: () => watcher.close(),
  }
}

function parseMail(path: string): Mail {
  const source = readFileSync(path, 'utf8')
  const split = source.search(/\r?\n\r?\n/)
  const head = source.slice(0, split).replaceAll(/\r?\n[ \t]+/g, ' ')
  return {
    to: field(head, 'To'),
    subject: decodeWords(field(head, 'Subject')),
    text: decodeBody(source.slice(split)),
    at: statSync(path).mtimeMs,
  }
}

function field(head: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
}

/** Encoded words of RFC 2047, as mail programs read them. */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_all, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    )
}

function decodeBody(body: string): string {
  return decodeQuoted(body.replaceAll(/=\r?\n/g, ''))
}

function decodeQuoted(text: string): string {
  return text.replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'),
  )
}
