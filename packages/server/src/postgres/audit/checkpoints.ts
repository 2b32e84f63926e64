// Signed heads of all lanes, kept outside the database: whoever cuts the end off a lane cannot cut it off there too.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { chmod, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalText } from '@lockstep/domain'
import type { Pool } from 'pg'
import { Ticker } from '../reactor/ticker.ts'
import type { Queryable } from '../queryable.ts'

const EVERY_MS = 60_000

export interface SigningKey {
  readonly privateKey: KeyObject
  /** First half of the SHA-256 of the public key. */
  readonly id: string
}

/** One line of the checkpoint file. The signature is over `text`. */
interface CheckpointLine {
  readonly n: number
  readonly text: string
  readonly signature: string
}

interface Head {
  readonly lane: number
  readonly n: number
  readonly hash: string
}

export interface CheckpointsOptions {
  readonly pool: Pool
  readonly key: SigningKey
  /** Lines are appended here. It should lie on another disk, or be carried away by a log shipper. */
  readonly file: string
  readonly onError: (cause: unknown) => void
}

/** Writes a checkpoint every minute in which something happened. */
export class Checkpoints implements AsyncDisposable {
  readonly #ticker: Ticker

  constructor(options: CheckpointsOptions) {
    this.#ticker = new Ticker({
      everyMs: EVERY_MS,
      tick: async () => {
        await writeCheckpoint(options)
        return undefined
      },
      onError: options.onError,
    })
  }

  start(): void {
    this.#ticker.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticker[Symbol.asyncDispose]()
  }
}

/** The Ed25519 key in this file (PKCS8, PEM), made with mode 0600 when the file is not there. */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  const privateKey = createPrivateKey(await readOrMakeKey(file))
  return { privateKey, id: keyId(createPublicKey(privateKey)) }
}

async function readOrMakeKey(file: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  try {
    await writeFile(file, pem, { flag: 'wx', mode: 0o600 })
    await chmod(file, 0o600)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFile(file, 'utf8')
}

function keyId(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' })).slice(0, 32)
}

/**
 * Signs the heads of the lanes that have moved since the last checkpoint, and appends the line to the file before the row
 * is committed. Answers its number, or undefined when nothing has happened, or when another node is writing one now.
 */
export async function writeCheckpoint(
  options: Omit<CheckpointsOptions, 'onError'>,
): Promise<number | undefined> {
  const client = await options.pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL lock_timeout = '2s'`)
    await client.query('LOCK TABLE checkpoints IN SHARE ROW EXCLUSIVE MODE')
    const line = await signNext(client, options.key)
    if (line !== undefined) await appendLine(options.file, line)
    await client.query('COMMIT')
    return line?.n
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw cause
  } finally {
    client.release()
  }
}

async function signNext(db: Queryable, key: SigningKey): Promise<CheckpointLine | undefined> {
  const previous = await readLast(db)
  const heads = await readMovedHeads(db, previous.n)
  if (heads.length === 0) return undefined
  const n = previous.n + 1
  const { rows } = await db.query<{ now: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
  )
  const at = rows[0]?.now ?? 0
  const text = canonicalText({
    n,
    previous: previous.root,
    heads: heads.map(({ lane, n, hash }) => ({ lane, n, hash })),
    at,
    key: key.id,
  })
  const signature = sign(null, Buffer.from(text), key.privateKey)
  await db.query(
    `INSERT INTO checkpoints (n, prev, heads, root, key_id, signature, at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))`,
    [
      n,
      Buffer.from(previous.root, 'hex'),
      JSON.stringify(heads),
      hash('sha256', text, 'buffer'),
      key.id,
      signature,
      at,
    ],
  )
  return { n, text, signature: signature.toString('base64') }
}

async function readLast(db: Queryable): Promise<{ readonly n: number; readonly root: string }> {
  const { rows } = await db.query<{ n: string; root: Buffer }>(
    'SELECT n, root FROM checkpoints ORDER BY n DESC LIMIT 1',
  )
  const [last] = rows
  return { n: Number(last?.n ?? 0), root: last?.root.toString('hex') ?? '' }
}

/** Lanes that stand elsewhere than in the newest checkpoint that names them. */
async function readMovedHeads(db: Queryable, last: number): Promise<readonly Head[]> {
  if (last === 0) {
    const { rows } = await db.query<Head>(
      `SELECT id AS lane, n::float8 AS n, encode(hash, 'hex') AS hash FROM lanes WHERE n > 0 ORDER BY id`,
    )
    return rows
  }
  const { rows } = await db.query<Head>(
    `SELECT l.id AS lane, l.n::float8 AS n, encode(l.hash, 'hex') AS hash FROM lanes l
     WHERE l.n > 0
       AND (l.closed_at IS NULL OR l.closed_at > (SELECT at - interval '1 minute' FROM checkpoints WHERE n = $1))
       AND NOT EXISTS (
         SELECT FROM checkpoints c WHERE c.heads @> jsonb_build_array(jsonb_build_object('lane', l.id, 'n', l.n))
           AND c.n > $1 - 1000)
     ORDER BY l.id`,
    [last],
  )
  return rows
}

async function appendLine(file: string, line: CheckpointLine): Promise<void> {
  await using handle = await open(file, 'a', 0o600)
  await handle.appendFile(`${JSON.stringify(line)}\n`)
  await handle.sync()
}

export type CheckpointVerdict =
  | {
      readonly ok: true
      readonly checkpoints: number
      /** Milliseconds of the newest; null when there is none. */
      readonly at: number | null
    }
  | {
      readonly ok: false
      readonly n: number
      readonly reason:
        | 'not_signed_by_this_key'
        | 'chain_broken'
        | 'lane_shorter_than_signed'
        | 'seal_differs'
      readonly lane?: number
    }

/**
 * Holds what this data folder has signed against the database: all of it, or the newest lines. A folder that has signed
 * nothing has 0 checkpoints.
 */
export async function holdAgainstCheckpoints(
  db: Queryable,
  dataDir: string,
  newest?: number,
): Promise<CheckpointVerdict> {
  const key = await readIfThere(keyFileOf(dataDir))
  const text = await readIfThere(checkpointFileOf(dataDir))
  if (key === undefined || text === undefined) return { ok: true, checkpoints: 0, at: null }
  const lines = text.split('\n').filter((line) => line !== '')
  const held = newest === undefined ? lines : lines.slice(-newest)
  return verifyCheckpoints(db, held, createPublicKey(key))
}

/** Where a data folder keeps its lines. */
export function checkpointFileOf(dataDir: string): string {
  return join(dataDir, 'checkpoints.log')
}

/** Where a data folder keeps the key that signs them. */
export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'keys', 'checkpoints.pem')
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  })
}

/** Holds the lines of a checkpoint file against the database: every signed head must still be there. */
export async function verifyCheckpoints(
  db: Queryable,
  lines: readonly string[],
  publicKey: KeyObject,
): Promise<CheckpointVerdict> {
  let previous: string | undefined
  let checkpoints = 0
  let at: number | null = null
  for (const text of lines.filter((line) => line !== '')) {
    const line: CheckpointLine = JSON.parse(text)
    const signed: { previous: string; heads: readonly Head[]; at: number } = JSON.parse(line.text)
    const signature = Buffer.from(line.signature, 'base64')
    if (!verify(null, Buffer.from(line.text), publicKey, signature)) {
      return { ok: false, n: line.n, reason: 'not_signed_by_this_key' }
    }
    // A line may be there twice: its row was not committed, and the same number was written again.
    if (previous !== undefined && signed.previous !== previous && signed.previous !== '') {
      const { rows } = await db.query('SELECT 1 FROM checkpoints WHERE root = $1', [
        Buffer.from(signed.previous, 'hex'),
      ])
      if (rows.length === 0) return { ok: false, n: line.n, reason: 'chain_broken' }
    }
    previous = hash('sha256', line.text)
    for (const head of signed.heads) {
      const fault = await findHeadFault(db, head)
      if (fault !== undefined) return { ok: false, n: line.n, reason: fault, lane: head.lane }
    }
    checkpoints += 1
    at = signed.at
  }
  return { ok: true, checkpoints, at }
}

/** What does not hold, as a sentence. */
export function checkpointFaultOf(fault: Extract<CheckpointVerdict, { ok: false }>): string {
  const lane = fault.lane === undefined ? '' : `, chain ${fault.lane}`
  const reason = fault.reason.replaceAll('_', ' ')
  return `Checkpoint ${fault.n}${lane}: ${reason}. The log is not what was signed.`
}

async function findHeadFault(
  db: Queryable,
  head: Head,
): Promise<'lane_shorter_than_signed' | 'seal_differs' | undefined> {
  const { rows } = await db.query<{ hash: string }>(
    `SELECT encode(hash, 'hex') AS hash FROM seals WHERE lane = $1 AND n = $2`,
    [head.lane, head.n],
  )
  const [seal] = rows
  if (seal === undefined) return 'lane_shorter_than_signed'
  return seal.hash === head.hash ? undefined : 'seal_differs'
}
