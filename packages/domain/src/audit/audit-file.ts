// An exported audit trail, verified line by line: nothing of it is believed that the chain does not show. One chain stands
// after another; the entries of a seal stand before it, and what it covers of other projects stands in it as leaves (ADR 13).

import { canonicalText } from '../kernel/canonical.ts'
import { prefixOf, uuidOf } from '../kernel/id.ts'
import type { Instant } from '../kernel/instant.ts'
import type { JsonValue } from '../kernel/json.ts'
import { prefixOfKind } from '../kernel/kind.ts'
import {
  CHAIN_START,
  findSealFault,
  leafTextOf,
  type SealedEvent,
  type SealFault,
  type Sha256,
} from './seal.ts'

/** An entry of the project, with the leaf that was written for it. */
export interface AuditFileEntry extends Omit<SealedEvent, 'id' | 'origin' | 'body'> {
  readonly line: 'entry'
  readonly subject: string
  readonly origin: JsonValue
  readonly body: JsonValue
  readonly hash: string
}

export interface AuditFileSeal {
  readonly line: 'seal'
  readonly chain: number
  /** Its number in the chain, from 1. */
  readonly seal: number
  readonly previous: string
  /** How many entries before this line it covers. */
  readonly entries: number
  /** Leaves of other projects, in front of those of this project and behind. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly hash: string
}

export type AuditFileLine =
  | { readonly line: 'begin'; readonly project: string }
  /** What an actor is called. Names are not sealed: accounts are renamed. */
  | { readonly line: 'name'; readonly actor: string; readonly name: string }
  | AuditFileEntry
  | AuditFileSeal
  /** Signs heads of chains, that of the seal in front of it among them. */
  | {
      readonly line: 'checkpoint'
      readonly text: string
      readonly signature: string
      readonly key: string
    }
  | {
      readonly line: 'end'
      readonly entries: number
      readonly seals: number
      /** Of all lines before, as it was written and as it is. */
      readonly sha256: string
      readonly computed: string
    }

/** What the verifier is given, because the core cannot compute it. */
export interface AuditFileProof extends Sha256 {
  /** Whether this text was signed with the private half of the key. */
  isSigned(checkpoint: {
    readonly text: string
    readonly signature: string
    readonly key: string
  }): boolean
  /** What the key is called in checkpoints: the first half of its SHA-256. */
  keyIdOf(key: string): string
}

/** Entries by their number in the file, from 1, and what is said of the first. */
export interface NamedEntries {
  readonly first: number
  readonly last: number
  readonly at: Instant
  readonly type: string
  /** The name that the file gives, or the actor. */
  readonly by: string
}

type Why =
  /** Torn, garbled, or not where such a line stands. */
  | { readonly why: 'unreadable' }
  | {
      readonly why: 'entry_changed'
      readonly entries: NamedEntries
      readonly written: string
      readonly computed: string
    }
  | (SealFault & {
      readonly chain: number
      readonly seal: number
      /** Those that it covers; undefined when all are of other projects. */
      readonly entries: NamedEntries | undefined
    })
  /** The seal is not the next one of its chain. */
  | { readonly why: 'seal_missing'; readonly chain: number; readonly seal: number }
  | { readonly why: 'entries_missing'; readonly chain: number; readonly seal: number }
  | { readonly why: 'not_signed'; readonly chain: number }
  | { readonly why: 'other_key'; readonly chain: number; readonly key: string }
  | { readonly why: 'head_differs'; readonly chain: number; readonly seal: number }
  /** What is not sealed was changed, or is missing: a name, a checkpoint, the first line, the last. */
  | { readonly why: 'bytes_differ'; readonly written: string; readonly computed: string }
  /** Of entries or seals, the last line counts others than there are. */
  | { readonly why: 'count_differs' }
  | { readonly why: 'cut_off' }
  /** A key was asked for, and has signed nothing that covers so many entries. */
  | { readonly why: 'unsigned'; readonly entries: number }

/** Why a file does not hold: the line that shows it, and how many entries before are as they were written. */
export type AuditFileFault = Why & { readonly atLine: number; readonly sound: number }

export interface AuditFileSummary {
  readonly project: string
  readonly entries: number
  readonly seals: number
  readonly chains: number
  /** How many entries stand under a signed checkpoint. */
  readonly signed: number
  /** Ids of the keys that signed. */
  readonly keys: readonly string[]
  /** When the newest of the checkpoints was signed. */
  readonly checkpointAt: Instant | undefined
  readonly first: Instant | undefined
  readonly last: Instant | undefined
}

/** What has been read so far, which is all that the next line needs. */
export interface AuditFileState extends AuditFileSummary {
  readonly lines: number
  readonly isBegun: boolean
  readonly isEnded: boolean
  readonly names: ReadonlyMap<string, string>
  /** Under seals that hold. */
  readonly sound: number
  /** Read since the last seal: how many, their leaves, and the first. */
  readonly open: number
  readonly leaves: string
  readonly opened: NamedEntries | undefined
  readonly head: { readonly chain: number; readonly seal: number; readonly hash: string }
  /** Of the chain that is being read, under no checkpoint so far. */
  readonly unsigned: number
}

/** Before the first line. */
export const AUDIT_FILE_START: AuditFileState = {
  project: '',
  entries: 0,
  seals: 0,
  chains: 0,
  signed: 0,
  keys: [],
  checkpointAt: undefined,
  first: undefined,
  last: undefined,
  lines: 0,
  isBegun: false,
  isEnded: false,
  names: new Map(),
  sound: 0,
  open: 0,
  leaves: '',
  opened: undefined,
  head: { chain: 0, seal: 0, hash: '' },
  unsigned: 0,
}

type Step =
  | { readonly ok: true; readonly state: AuditFileState }
  | { readonly ok: false; readonly fault: AuditFileFault }

/** How a file is to be judged: with `key` only checkpoints signed by the key of this id count, and everything needs one. */
export interface AuditFileJudge {
  readonly proof: AuditFileProof
  readonly key: string | undefined
}

/** The state after the next line, `undefined` for one that cannot be read; or the first thing that does not hold. */
export function foldAuditLine(
  before: AuditFileState,
  line: AuditFileLine | undefined,
  judge: AuditFileJudge,
): Step {
  const state = { ...before, lines: before.lines + 1 }
  if (line === undefined || state.isEnded || (line.line === 'begin') === state.isBegun) {
    return fail(state, { why: 'unreadable' })
  }
  switch (line.line) {
    case 'begin':
      return accept({ ...state, isBegun: true, project: line.project })
    case 'name':
      return accept({ ...state, names: new Map([...state.names, [line.actor, line.name]]) })
    case 'entry':
      return foldEntry(state, line, judge.proof)
    case 'seal':
      return foldSeal(state, line, judge.proof)
    case 'checkpoint':
      return foldCheckpoint(state, line, judge)
    case 'end':
      return foldEnd(state, line)
  }
}

/** What the whole file shows; or that its end is missing, or the signature that was asked for. */
export function endAuditFile(
  state: AuditFileState,
  { key }: Pick<AuditFileJudge, 'key'>,
):
  | { readonly ok: true; readonly summary: AuditFileSummary }
  | { readonly ok: false; readonly fault: AuditFileFault } {
  if (!state.isEnded) return fail({ ...state, lines: state.lines + 1 }, { why: 'cut_off' })
  const unsigned = state.entries - state.signed
  if (key !== undefined && unsigned > 0) return fail(state, { why: 'unsigned', entries: unsigned })
  const { project, entries, seals, chains, signed, keys, checkpointAt, first, last } = state
  return {
    ok: true,
    summary: { project, entries, seals, chains, signed, keys, checkpointAt, first, last },
  }
}

function accept(state: AuditFileState): Step {
  return { ok: true, state }
}

function fail(
  { lines, sound }: AuditFileState,
  why: Why,
): { readonly ok: false; readonly fault: AuditFileFault } {
  return { ok: false, fault: { ...why, atLine: lines, sound } }
}

function foldEntry(state: AuditFileState, entry: AuditFileEntry, sha256: Sha256): Step {
  const number = state.entries + 1
  const { at, type, actor, hash } = entry
  const named = { first: number, last: number, at, type, by: state.names.get(actor) ?? actor }
  const computed = leafOf(entry, sha256)
  if (computed !== hash) {
    return fail(state, { why: 'entry_changed', entries: named, written: hash, computed })
  }
  return accept({
    ...state,
    entries: number,
    open: state.open + 1,
    leaves: state.leaves + hash,
    opened: { ...(state.opened ?? named), last: number },
    first: Math.min(state.first ?? at, at),
    last: Math.max(state.last ?? at, at),
  })
}

/** Empty when the subject is not of the kind that is sealed: then no leaf is its. */
function leafOf(entry: AuditFileEntry, sha256: Sha256): string {
  const { subject, origin, body } = entry
  if (prefixOf(subject) !== prefixOfKind(entry.kind)) return ''
  return sha256.ofText(
    leafTextOf({
      ...entry,
      id: uuidOf(subject),
      origin: origin === null ? undefined : canonicalText(origin),
      body: canonicalText(body),
    }),
  )
}

function foldSeal(state: AuditFileState, line: AuditFileSeal, sha256: Sha256): Step {
  const { chain, seal, hash, previous } = line
  const place = { chain, seal }
  const isSame = chain === state.head.chain
  if (chain < state.head.chain || (isSame && seal !== state.head.seal + 1)) {
    return fail(state, { why: 'seal_missing', ...place })
  }
  if (line.entries !== state.open) return fail(state, { why: 'entries_missing', ...place })
  const fault = findSealFault(
    { previous, hash, leaves: line.before.join('') + state.leaves + line.after.join('') },
    headBefore(state, line),
    sha256,
  )
  if (fault !== undefined) return fail(state, { ...fault, ...place, entries: state.opened })
  return accept({
    ...state,
    seals: state.seals + 1,
    chains: state.chains + (isSame ? 0 : 1),
    sound: state.entries,
    open: 0,
    leaves: '',
    opened: undefined,
    head: { chain, seal, hash },
    unsigned: (isSame ? state.unsigned : 0) + state.open,
  })
}

/** What the seal must follow. A chain may begin in its middle: what is before its first seal here is left out. */
function headBefore({ head }: AuditFileState, { chain, seal, previous }: AuditFileSeal): string {
  if (chain === head.chain) return head.hash
  return seal === 1 ? CHAIN_START : previous
}

function foldCheckpoint(
  state: AuditFileState,
  line: Extract<AuditFileLine, { line: 'checkpoint' }>,
  { proof, key: wanted }: AuditFileJudge,
): Step {
  const { chain, seal } = state.head
  const signed = parseCheckpoint(line.text)
  const key = proof.keyIdOf(line.key)
  if (signed === undefined || chain === 0 || state.open > 0) {
    return fail(state, { why: 'unreadable' })
  }
  if (signed.key !== key || !proof.isSigned(line)) return fail(state, { why: 'not_signed', chain })
  if (wanted !== undefined && key !== wanted) return fail(state, { why: 'other_key', chain, key })
  const isHead = signed.heads.some(
    (head) => head?.lane === chain && head.n === seal && head.hash === state.head.hash,
  )
  if (!isHead) return fail(state, { why: 'head_differs', chain, seal })
  return accept({
    ...state,
    signed: state.signed + state.unsigned,
    unsigned: 0,
    keys: state.keys.includes(key) ? state.keys : [...state.keys, key],
    checkpointAt: Math.max(state.checkpointAt ?? signed.at, signed.at),
  })
}

interface SignedHeads {
  readonly key: string
  readonly at: Instant
  readonly heads: readonly (Partial<Record<'lane' | 'n' | 'hash', unknown>> | null)[]
}

/** What a checkpoint says, if it is one. */
function parseCheckpoint(text: string): SignedHeads | undefined {
  try {
    const said: Partial<SignedHeads> | null = JSON.parse(text)
    const { key, at, heads } = said ?? {}
    return typeof key === 'string' && typeof at === 'number' && Array.isArray(heads)
      ? { key, at, heads }
      : undefined
  } catch {
    return undefined
  }
}

function foldEnd(
  state: AuditFileState,
  { entries, seals, sha256: written, computed }: Extract<AuditFileLine, { line: 'end' }>,
): Step {
  if (state.open > 0 || entries !== state.entries || seals !== state.seals) {
    return fail(state, { why: 'count_differs' })
  }
  if (written !== computed) return fail(state, { why: 'bytes_differ', written, computed })
  return accept({ ...state, isEnded: true })
}
