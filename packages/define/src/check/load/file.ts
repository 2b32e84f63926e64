import { DEFINITION_BYTES_MAX } from '../schema/limits.ts'
import type { TextMistake } from './yaml-tree.ts'

/** The text of a definition file, or why it cannot be one. */
export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly mistake: TextMistake }

/** Reads bytes as the UTF-8 text of a definition file: no byte order mark, no NUL, within its limit. */
export function decodeFile(bytes: Uint8Array): FileText {
  if (bytes.length > DEFINITION_BYTES_MAX) {
    return refused(
      'file_too_large',
      `This file has ${bytes.length.toLocaleString('en')} bytes; at most ${DEFINITION_BYTES_MAX.toLocaleString('en')} are read. Split it.`,
    )
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refused('file_not_utf8', 'This file is not UTF-8 text.')
  }
  if (text.startsWith('\ufeff'))
    return refused(
      'file_not_utf8',
      'This file begins with a byte order mark. Save it as UTF-8 without.',
    )
  if (text.includes('\u0000'))
    return refused('file_not_utf8', 'This file has a NUL byte; it is not text.')
  return { ok: true, text }
}

function refused(code: TextMistake['code'], message: string): FileText {
  return { ok: false, mistake: { code, message, start: 0, end: 1 } }
}
