// Files that are there, whole, after a power cut as soon as the call returns.
import {
  closeSync,
  fsyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Puts the content in the file in one step: readers see the old or the new, never a part. */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): void {
  const next = `${path}.new`
  const file = openSync(next, 'w', mode)
  try {
    writeAll(file, typeof content === 'string' ? Buffer.from(content) : content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(next, path)
  syncFolder(dirname(path))
}

/**
 * Appends one line. With `isSynced: false` it survives the death of this process, but not of the machine.
 * After a line that was cut off (full disk, power) it begins a new one.
 */
export function appendLine(path: string, line: string, options: { isSynced?: boolean } = {}): void {
  const file = openSync(path, 'a+', 0o600)
  try {
    const prefix = endsInsideLine(file) ? '\n' : ''
    writeAll(file, Buffer.from(`${prefix}${line}\n`))
    if (options.isSynced !== false) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The text of the file; undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The JSON in a file that this program itself wrote, and nobody else may; undefined when there is none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it wrote
export function readOwnJson<Value>(path: string): Value | undefined {
  const text = readIfThere(path)
  return text === undefined ? undefined : parseOwnJson<Value>(text)
}

/** The value of JSON that this program itself wrote. Throws when it was cut off. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it wrote
export function parseOwnJson<Value>(text: string): Value {
  const value: Value = JSON.parse(text)
  return value
}

/** Makes names in the folder durable: new, renamed and removed ones. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** The folder, made with all that is above it, for nobody but this user. */
export function ensureFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

function endsInsideLine(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] !== 0x0a
}

function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written)
}
