// Signed heads of all lanes, kept outside the database: whoever cuts the end off a lane cannot cut it off there too.

import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { chmod, open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
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
export interface CheckpointLine {
  readonly n: number
  readonly text: string
  readonly signature: string
}

export interface Head {
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
  return { privateKey, id: keyIdOf(createPublicKey(privateKey)) }
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

/** What the key is called in checkpoints. */
export function keyIdOf(publicKey: KeyObject): string {
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
    const isTorn = await isCutOff(options.file)
    const line = await signNext(client, options.key, isTorn)
    if (line !== undefined) await appendLine(options.file, line, isTorn)
    await client.query('COMMIT')
    return line?.n
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw cause
  } finally {
    client.release()
  }
}

async function signNext(
  db: Queryable,
  key: SigningKey,
  isTorn: boolean,
): Promise<CheckpointLine | undefined> {
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
    // Signed too: a line that somebody spoilt is not taken for one that a full disk has torn.
    ...(isTorn && { torn: true }),
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

/** Whether the file ends inside a line, as a full disk or the loss of power leaves it. */
async function isCutOff(file: string): Promise<boolean> {
  const text = await readIfThere(file, (handle) => readLastByte(handle))
  return text !== undefined && text !== '' && text !== '\n'
}

async function readLastByte(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat()
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
  return buffer.toString('latin1', 0, bytesRead)
}

async function appendLine(file: string, line: CheckpointLine, isTorn: boolean): Promise<void> {
  await using handle = await open(file, 'a', 0o600)
  await handle.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(line)}\n`)
  await handle.sync()
}

/** Where a data folder keeps its lines. */
export function checkpointFileOf(dataDir: string): string {
  return join(dataDir, 'checkpoints.log')
}

/** Where a data folder keeps the key that signs them. */
export function keyFileOf(dataDir: string): string {
  return join(dataDir, 'keys', 'checkpoints.pem')
}

/** What is read of a file; undefined when there is none. */
export async function readIfThere<Read>(
  path: string,
  read: (handle: FileHandle) => Promise<Read>,
): Promise<Read | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
  try {
    return await read(handle)
  } finally {
    await handle.close()
  }
}
