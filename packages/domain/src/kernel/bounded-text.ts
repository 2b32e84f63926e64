/**
 * The text, cut so that it takes at most `bytesMax` bytes inside a stored state: as UTF-8 and with the escapes that
 * JSON needs. Control characters become spaces; a cut is shown by an ellipsis. `bytesMax` is at least 3.
 */
export function boundedText(text: string, bytesMax: number): string {
  const clean = text.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ')
  let bytes = 0
  let kept = ''
  let keptWithRoom = ''
  for (const letter of clean) {
    bytes += bytesOf(letter)
    if (bytes > bytesMax) return `${keptWithRoom}…`
    kept += letter
    if (bytes <= bytesMax - ELLIPSIS_BYTES) keptWithRoom = kept
  }
  return kept
}

const ELLIPSIS_BYTES = 3

function bytesOf(letter: string): number {
  if (letter === '"' || letter === '\\') return 2
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}
