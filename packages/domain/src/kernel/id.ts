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
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SUFFIX_LENGTH = 26

/** The id that names `uuid` as a `prefix`. The uuid is lower-case with hyphens, else it is a bug and throws. */
export function idOf<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  if (!UUID.test(uuid)) throw new Error(`not a uuid: ${uuid}`)
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`)
  let suffix = ''
  for (let index = 0; index < SUFFIX_LENGTH; index += 1) {
    suffix = ALPHABET.charAt(Number(value & 31n)) + suffix
    value >>= 5n
  }
  return `${prefix}_${suffix}` as Id<P>
}

/** The uuid inside an id of any kind. Text that is not an id is a bug here and throws; parse at the border with `parseId`. */
export function uuidOf(id: string): string {
  const suffix = id.slice(-SUFFIX_LENGTH)
  let value = 0n
  for (const letter of suffix) {
    const digit = ALPHABET.indexOf(letter)
    if (digit < 0) throw new Error(`not an id: ${id}`)
    value = (value << 5n) | BigInt(digit)
  }
  const hex = value.toString(16).padStart(32, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
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
