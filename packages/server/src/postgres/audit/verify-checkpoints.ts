// Holds signed checkpoints against the database: every head that was ever signed must still be there.

import { createPublicKey, hash, type KeyObject } from 'node:crypto'

import { verifyBeside } from '../../ports/signature.ts'
import { listRows, type Queryable } from '../queryable.ts'
import {
  checkpointFileOf,
  keyFileOf,
  readIfThere,
  type CheckpointLine,
  type Head,
} from './checkpoints.ts'

/** So many lines are looked up in the database at once: the file grows by one a minute for years. */
const LINES_PER_LOOK = 500

export type CheckpointVerdict =
  | {
      readonly ok: true
      readonly checkpoints: number
      /** Milliseconds of the newest; null when there is none. */
      readonly at: number | null
    }
  | {
      readonly ok: false
      readonly reason: 'line_unreadable'
      /** Of the line in the file, from 1. */
      readonly line: number
    }
  | {
      readonly ok: false
      readonly reason:
        | 'not_signed_by_this_key'
        | 'chain_broken'
        | 'chain_shorter_than_signed'
        | 'seal_differs'
      /** Of the checkpoint. */
      readonly n: number
      readonly chain?: number
    }

type Fault = Extract<CheckpointVerdict, { ok: false }>

/** What a line says that is signed by the key. */
interface Checkpoint {
  readonly n: number
  readonly root: string
  readonly previous: string
  readonly heads: readonly Head[]
  readonly at: number
  /** The line before it in the file was cut off while it was written; it never counted. */
  readonly torn?: true
}

/** Holds all that this data folder has signed against the database. A folder that has signed nothing has 0 checkpoints. */
export async function holdAgainstCheckpoints(
  db: Queryable,
  dataDir: string,
): Promise<CheckpointVerdict> {
  const key = await readIfThere(keyFileOf(dataDir), (handle) => handle.readFile('utf8'))
  const verdict =
    key === undefined
      ? undefined
      : await readIfThere(checkpointFileOf(dataDir), (handle) =>
          verifyCheckpoints(db, handle.readLines({ autoClose: false }), createPublicKey(key)),
        )
  return verdict ?? { ok: true, checkpoints: 0, at: null }
}

/** Holds the lines of a checkpoint file against the database. The last line may be torn: it is about to be written again. */
export async function verifyCheckpoints(
  db: Queryable,
  lines: AsyncIterable<string> | Iterable<string>,
  publicKey: KeyObject,
): Promise<CheckpointVerdict> {
  let checkpoints = 0
  let last: Checkpoint | undefined
  for await (const { read, fault } of readPortions(lines, publicKey)) {
    const found = (await findFault(db, last, read)) ?? fault
    if (found !== undefined) return found
    checkpoints += read.length
    last = read.at(-1) ?? last
  }
  return { ok: true, checkpoints, at: last?.at ?? null }
}

/** What does not hold, as a sentence. */
export function checkpointFaultOf(fault: Fault): string {
  if (fault.reason === 'line_unreadable') {
    return `Line ${fault.line} of checkpoints.log is not one that was written there. Compare the file with a copy of it that lies elsewhere.`
  }
  const chain = fault.chain === undefined ? '' : `, chain ${fault.chain}`
  const reason = fault.reason.replaceAll('_', ' ')
  return `Checkpoint ${fault.n}${chain}: ${reason}. The log is not what was signed.`
}

/** Checkpoints as they stand in the file, up to the first line that is none; `fault` says which that is. */
async function* readPortions(
  lines: AsyncIterable<string> | Iterable<string>,
  publicKey: KeyObject,
): AsyncGenerator<{ readonly read: readonly Checkpoint[]; readonly fault?: Fault }> {
  let unreadable: Fault | undefined
  for await (const portion of portionsOf(lines)) {
    const read: Checkpoint[] = []
    for (const { at, line, checkpoint } of await openAll(portion, publicKey)) {
      // A line that cannot be read is forgiven by the next one alone.
      const fault = checkpoint?.torn === true ? undefined : (unreadable ?? refuse(line, checkpoint))
      if (fault !== undefined) {
        yield { read, fault }
        return
      }
      unreadable =
        line === undefined ? { ok: false, reason: 'line_unreadable', line: at } : undefined
      if (checkpoint !== undefined) read.push(checkpoint)
    }
    yield { read }
  }
}

interface NumberedLine {
  /** From 1. */
  readonly at: number
  readonly text: string
}

async function* portionsOf(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<readonly NumberedLine[]> {
  let portion: NumberedLine[] = []
  let at = 0
  for await (const text of lines) {
    at += 1
    if (text !== '') portion.push({ at, text })
    if (portion.length < LINES_PER_LOOK) continue
    yield portion
    portion = []
  }
  yield portion
}

/** All of them at once: each signature is verified on a thread of its own. */
function openAll(portion: readonly NumberedLine[], publicKey: KeyObject) {
  return Promise.all(
    portion.map(async ({ at, text }) => {
      const line = parseLine(text)
      return { at, line, checkpoint: line && (await openLine(line, publicKey)) }
    }),
  )
}

function refuse(
  line: CheckpointLine | undefined,
  checkpoint: Checkpoint | undefined,
): Fault | undefined {
  if (line === undefined || checkpoint !== undefined) return undefined
  return { ok: false, n: line.n, reason: 'not_signed_by_this_key' }
}

function parseLine(text: string): CheckpointLine | undefined {
  try {
    const line: Partial<CheckpointLine> | null = JSON.parse(text)
    const { n, text: signed, signature } = line ?? {}
    return typeof n === 'number' && typeof signed === 'string' && typeof signature === 'string'
      ? { n, text: signed, signature }
      : undefined
  } catch {
    return undefined
  }
}

/** Undefined when the key has not signed it. What it has signed is as the server wrote it. */
async function openLine(
  { text, signature }: CheckpointLine,
  publicKey: KeyObject,
): Promise<Checkpoint | undefined> {
  if (!(await verifyBeside(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))))
    return undefined
  const signed: Omit<Checkpoint, 'root'> = JSON.parse(text)
  return { ...signed, root: hash('sha256', text) }
}

/** The first of these checkpoints that does not follow from those before, or that the database does not hold any more. */
async function findFault(
  db: Queryable,
  before: Checkpoint | undefined,
  checkpoints: readonly Checkpoint[],
): Promise<Fault | undefined> {
  const loose = await findLoose(db, before, checkpoints)
  const head = await findHeadFault(db, checkpoints)
  const [first] = [loose, head]
    .filter((found) => found !== undefined)
    .toSorted((one, other) => one.at - other.at)
  const n = first && checkpoints[first.at]?.n
  if (first === undefined || n === undefined) return undefined
  return { ok: false, n, ...first.fault }
}

type Found = {
  readonly at: number
  readonly fault: Pick<Extract<Fault, { n: number }>, 'reason' | 'chain'>
}

/** A line may be there twice: its row was not committed, and the same number was written again. Other servers write lines of their own. */
async function findLoose(
  db: Queryable,
  before: Checkpoint | undefined,
  checkpoints: readonly Checkpoint[],
): Promise<Found | undefined> {
  const loose = checkpoints.flatMap(({ previous }, at) => {
    const last = at === 0 ? before : checkpoints[at - 1]
    return last === undefined || previous === last.root || previous === '' ? [] : [{ at, previous }]
  })
  if (loose.length === 0) return undefined
  const rows = await listRows<{ root: string }>(
    db,
    `SELECT encode(root, 'hex') AS root FROM checkpoints
     WHERE root IN (SELECT decode(p, 'hex') FROM unnest($1::text[]) AS p)`,
    [loose.map(({ previous }) => previous)],
  )
  const known = new Set(rows.map(({ root }) => root))
  const found = loose.find(({ previous }) => !known.has(previous))
  return found && { at: found.at, fault: { reason: 'chain_broken' } }
}

async function findHeadFault(
  db: Queryable,
  checkpoints: readonly Checkpoint[],
): Promise<Found | undefined> {
  const heads = checkpoints.flatMap(({ heads: own }, at) => own.map((head) => ({ at, ...head })))
  const [row] = await listRows<{ at: number; lane: number; is_gone: boolean }>(
    db,
    `SELECT h.at, h.lane, s.hash IS NULL AS is_gone
     FROM jsonb_to_recordset($1::jsonb) AS h (at int, lane int, n bigint, hash text)
     LEFT JOIN seals s ON s.lane = h.lane AND s.n = h.n
     WHERE s.hash IS DISTINCT FROM decode(h.hash, 'hex')
     ORDER BY h.at, h.lane LIMIT 1`,
    [JSON.stringify(heads)],
  )
  return (
    row && {
      at: row.at,
      fault: {
        reason: row.is_gone ? 'chain_shorter_than_signed' : 'seal_differs',
        chain: row.lane,
      },
    }
  )
}
