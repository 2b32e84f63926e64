// Ids: UUIDs that say what they name. `run_01KA…` on the wire and in states, a plain uuid in PostgreSQL.

/** What an id may name, by its prefix. One list: schemas, the command line and the store derive from it. */
export const ID_PREFIXES = [
  'prj', // project
  'def', // definition
  'rel', // release
  'run', // pipeline run
  'stg', // stage run
  'gat', // gate run
  'prc', // process run
  'stp', // step run
  'job', // one attempt of one piece of work on one resource
  'env', // environment
  'lck', // environment lock
  'rsc', // resource
  'agt', // agent
  'app', // application
  'cmp', // component
  'art', // artifact
  'snp', // snapshot
  'usr', // person
  'grp', // group
  'svc', // service account
  'gra', // grant of a role
  'tok', // API token
  'ses', // session
  'sec', // secret
  'trg', // trigger
  'ntf', // notification
  'ins', // the data of one installation
  'req', // request
] as const

export type IdPrefix = (typeof ID_PREFIXES)[number]

declare const named: unique symbol
/** An id of one kind; a function cannot be given the wrong one. */
export type Id<P extends IdPrefix> = string & { readonly [named]: P }

export type ProjectId = Id<'prj'>
export type RunId = Id<'run'>
export type StageRunId = Id<'stg'>
export type GateRunId = Id<'gat'>
export type ProcessRunId = Id<'prc'>
export type StepRunId = Id<'stp'>
export type JobId = Id<'job'>
export type ReleaseId = Id<'rel'>
export type EnvironmentId = Id<'env'>
export type LockId = Id<'lck'>
export type AgentId = Id<'agt'>
export type UserId = Id<'usr'>
export type GroupId = Id<'grp'>
export type SnapshotId = Id<'snp'>
export type TokenId = Id<'tok'>
export type ServiceAccountId = Id<'svc'>
export type SessionId = Id<'ses'>
export type GrantId = Id<'gra'>

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const HEX = '0123456789abcdef'
const SUFFIX_LENGTH = 26
const UUID_LENGTH = 36
const NONE = 255

// Every event passes here several times on its way to the database: tables and 32-bit arithmetic instead of big integers.
const LETTER_VALUES = valuesOf(ALPHABET)
const HEX_VALUES = valuesOf(HEX)
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function valuesOf(letters: string): Uint8Array {
  const values = new Uint8Array(128).fill(NONE)
  for (let value = 0; value < letters.length; value += 1) values[letters.charCodeAt(value)] = value
  return values
}

/** The id that names `uuid` as a `prefix`. The uuid is lower-case with hyphens, else it is a bug and throws. */
export function idOf<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  if (uuid.length !== UUID_LENGTH) throw new Error(`not a uuid: ${uuid}`)
  let text = `${prefix}_`
  // 26 letters have room for 130 bits: two zeros lead.
  let bits = 2
  let rest = 0
  for (let index = 0; index < UUID_LENGTH; index += 1) {
    if (isHyphenPlace(index)) {
      if (uuid.charCodeAt(index) !== 45) throw new Error(`not a uuid: ${uuid}`)
      continue
    }
    const digit = HEX_VALUES[uuid.charCodeAt(index)] ?? NONE
    if (digit === NONE) throw new Error(`not a uuid: ${uuid}`)
    rest = (rest << 4) | digit
    bits += 4
    if (bits < 5) continue
    bits -= 5
    text += ALPHABET.charAt(rest >> bits)
    rest &= (1 << bits) - 1
  }
  return text as Id<P>
}

function isHyphenPlace(index: number): boolean {
  return index === 8 || index === 13 || index === 18 || index === 23
}

/** The uuid inside an id of any kind. Text that is not an id is a bug here and throws; parse at the border with `parseId`. */
export function uuidOf(id: string): string {
  const start = id.length - SUFFIX_LENGTH
  let uuid = ''
  let rest = letterValue(id, start)
  let bits = 3
  if (rest > 7) throw new Error(`not an id: ${id}`)
  for (let index = start + 1; index < id.length; index += 1) {
    rest = (rest << 5) | letterValue(id, index)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    uuid += BYTES[rest >> bits]
    rest &= (1 << bits) - 1
    if (isHyphenPlace(uuid.length)) uuid += '-'
  }
  return uuid
}

function letterValue(id: string, index: number): number {
  const value = LETTER_VALUES[id.charCodeAt(index)] ?? NONE
  if (value === NONE) throw new Error(`not an id: ${id}`)
  return value
}

/** Typed id, or undefined when the text is not an id with this prefix. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Id<P> | undefined {
  if (!isIdText(text) || !text.startsWith(`${prefix}_`)) return undefined
  return text as Id<P>
}

/** Whether the text has the form of an id of any kind. */
export function isIdText(text: string): boolean {
  const match = /^([a-z]{3})_([0-7][0-9A-HJKMNP-TV-Z]{25})$/.exec(text)
  return match !== null && (ID_PREFIXES as readonly string[]).includes(match[1] ?? '')
}

/** The kind of thing that an id names. */
export function prefixOf(id: string): IdPrefix {
  return id.slice(0, 3) as IdPrefix
}

/**
 * A block of fresh ids that arrives in an event: a UUIDv7 whose last three hex digits are zero.
 * A reducer takes at most `IDS_PER_EVENT` ids from it by ordinal, so replaying the event gives the same ids.
 */
export type IdBlock = string & { readonly block: true }
export const IDS_PER_EVENT = 4096

/** The id with this ordinal in the block. Throws beyond `IDS_PER_EVENT`. */
export function idFrom<P extends IdPrefix>(block: IdBlock, prefix: P, ordinal: number): Id<P> {
  if (ordinal < 0 || ordinal >= IDS_PER_EVENT) throw new Error(`no id ${ordinal} in a block`)
  return idOf(prefix, block.slice(0, -3) + ordinal.toString(16).padStart(3, '0'))
}
