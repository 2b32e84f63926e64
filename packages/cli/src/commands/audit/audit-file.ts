// Reads an exported trail from a disk and holds it against its own chains. No server is asked.

import { createHash, createPublicKey, hash, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AuditFileLine } from '@lockstep/contract'
import {
  AUDIT_FILE_START,
  endAuditFile,
  foldAuditLine,
  type AuditFileFault,
  type AuditFileLine as Line,
  type AuditFileProof,
  type AuditFileSummary,
} from '@lockstep/domain'

const NEWLINE = 0x0a
/** A line that is longer is none that an export writes. */
const LINE_BYTES_MAX = 64 * 1024 * 1024

export type AuditFileVerdict =
  | { readonly ok: true; readonly summary: AuditFileSummary }
  | { readonly ok: false; readonly fault: AuditFileFault }

/** Verifies a file line by line, however long it is. With `key`, only what is signed with the key of this id counts. */
export async function verifyAuditFile(
  path: string,
  key: string | undefined,
): Promise<AuditFileVerdict> {
  const read = createHash('sha256')
  let state = AUDIT_FILE_START
  for await (const { bytes, isWhole } of linesOf(path)) {
    const line = isWhole ? parseLine(bytes.toString(), () => read.copy().digest('hex')) : undefined
    const step = foldAuditLine(state, line, { proof: PROOF, key })
    if (!step.ok) return step
    state = step.state
    read.update(bytes).update('\n')
  }
  return endAuditFile(state, { key })
}

/** Cut at line feeds alone: text in an entry may hold other signs that programs take for the end of a line. */
async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of createReadStream(path)) {
    let rest: Buffer = chunk
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      yield { bytes: Buffer.concat([...parts, rest.subarray(0, end)]), isWhole: true }
      rest = rest.subarray(end + 1)
      parts = []
      length = 0
    }
    parts.push(rest)
    length += rest.length
    if (length > LINE_BYTES_MAX) break
  }
  if (length > 0) yield { bytes: Buffer.concat(parts), isWhole: false }
}

type WrittenEntry = Extract<Line, { line: 'entry' }>
/** As it stands in the file: moments as text, and without what is computed. */
type Written =
  | Exclude<Line, { line: 'entry' | 'end' }>
  | (Omit<WrittenEntry, 'at'> & { readonly at: string })
  | Omit<Extract<Line, { line: 'end' }>, 'computed'>

/**
 * Undefined for what an export would not have written so, to the letter: a field that stands there twice reads differently
 * to different programs.
 */
function parseLine(text: string, digest: () => string): Line | undefined {
  const line = parseWritten(text)
  if (line === undefined || JSON.stringify(line) !== text) return undefined
  // As an escape, half a sign passes for text; the chain has none.
  if (/\\u[dD][89a-fA-F]/.test(text)) return undefined
  switch (line.line) {
    case 'begin':
    case 'name':
    case 'seal':
    case 'checkpoint':
      return line
    case 'entry':
      return { ...line, at: Date.parse(line.at) }
    case 'end':
      return { ...line, computed: digest() }
  }
}

/** As it stands there, not as the schema gives it out: every field is hashed, whatever it is called. */
function parseWritten(text: string): Written | undefined {
  try {
    const line: Written = JSON.parse(text)
    return AuditFileLine.safeParse(line).success ? line : undefined
  } catch {
    return undefined
  }
}

const PROOF: AuditFileProof = {
  ofText: (text) => hash('sha256', text),
  ofHex: (hex) => hash('sha256', Buffer.from(hex, 'hex')),
  keyIdOf: (key) => hash('sha256', Buffer.from(key, 'base64')).slice(0, 32),
  isSigned({ text, signature, key }) {
    try {
      const publicKey = createPublicKey({
        key: Buffer.from(key, 'base64'),
        format: 'der',
        type: 'spki',
      })
      return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))
    } catch {
      return false
    }
  },
}
