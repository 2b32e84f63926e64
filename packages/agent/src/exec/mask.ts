// Hides secret values in a stream of output, also across the borders of chunks.

const MASK = Buffer.from('••••••••')
/** Shorter values would hide half of every log. */
const SECRET_BYTES_MIN = 4

export interface Masker {
  /** What may be shown by now of everything pushed so far. */
  push(bytes: Uint8Array): Uint8Array
  /** The rest, when nothing follows for now. */
  flush(): Uint8Array
}

/**
 * Replaces each secret, and its forms in base64, URL and JSON, line by line when it has several. Without secrets the
 * bytes pass untouched.
 */
export function masker(secrets: readonly string[]): Masker {
  const needles = [...new Set(secrets.flatMap(listForms))]
    .map((form) => Buffer.from(form))
    .filter((form) => form.length >= SECRET_BYTES_MIN)
    .toSorted((a, b) => b.length - a.length)
  if (needles.length === 0) return { push: (bytes) => bytes, flush: () => Buffer.alloc(0) }
  let held: Buffer = Buffer.alloc(0)
  return {
    push(bytes) {
      const { shown, rest } = replaceAll(Buffer.concat([held, bytes]), needles)
      const safe = rest.length - longestBeginningAtEnd(rest, needles)
      held = Buffer.from(rest.subarray(safe))
      return Buffer.concat([...shown, rest.subarray(0, safe)])
    },
    flush() {
      const last = held
      held = Buffer.alloc(0)
      return last
    },
  }
}

function listForms(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.trim() !== '')
  return [secret, ...lines].flatMap((text) => [
    text,
    ...listBase64Forms(text),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ])
}

/** Base64 of a text looks different by where in the encoded whole it begins; the letters at its ends mix with others. */
function listBase64Forms(text: string): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64')
    const inner = encoded.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1)
    const sure = inner.slice(0, inner.length - 1)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

function replaceAll(
  bytes: Buffer,
  needles: readonly Buffer[],
): { shown: readonly Uint8Array[]; rest: Buffer } {
  const shown: Uint8Array[] = []
  let rest = bytes
  for (;;) {
    const first = findFirst(rest, needles)
    if (first === undefined) return { shown, rest }
    shown.push(rest.subarray(0, first.at), MASK)
    rest = rest.subarray(first.at + first.length)
  }
}

function findFirst(
  bytes: Buffer,
  needles: readonly Buffer[],
): { readonly at: number; readonly length: number } | undefined {
  let first: { at: number; length: number } | undefined
  for (const needle of needles) {
    const at = bytes.indexOf(needle)
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, length: needle.length }
  }
  return first
}

/** How many bytes at the end could be the beginning of a secret. */
function longestBeginningAtEnd(bytes: Buffer, needles: readonly Buffer[]): number {
  let longest = 0
  for (const needle of needles) {
    for (let length = Math.min(needle.length - 1, bytes.length); length > longest; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(needle.subarray(0, length))) longest = length
    }
  }
  return longest
}
