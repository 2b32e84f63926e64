// Logs of jobs: appended by offset, so that no byte is lost or there twice, and read by range.

import { promisify } from 'node:util'
import type { ZstdOptions } from 'node:zlib'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { uuidOf } from '@lockstep/domain'
import type { AgentId, JobId } from '@lockstep/domain'
import type { Queryable } from '../queryable.ts'
import { listRows } from '../queryable.ts'

/** Where a log is, and since when which byte is there. */
export interface LogPart {
  readonly start: number
  readonly bytes: Buffer
  /** Pairs of (byte offset in this part, milliseconds since the job began). */
  readonly marks: readonly number[]
}

export type Appended =
  | { readonly ok: true; readonly length: number }
  | { readonly ok: false; readonly refusal: 'wrong_offset'; readonly length: number }
  | { readonly ok: false; readonly refusal: 'lease_lost' | 'not_found' }

/** What an agent wants to append. */
export interface LogChunk {
  readonly agent: AgentId
  readonly job: JobId
  readonly fence: number
  readonly start: number
  readonly bytes: Uint8Array
  readonly marks: readonly number[]
}

const PARTS_MAX = 64
/** Less than this is stored as it is. */
const PACK_BYTES_MIN = 512
/** Logs shrink nearly as much; and with the length known beforehand no room is taken for more. */
const QUICKLY = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const OPEN = `status IN ('leased', 'running', 'unknown')`

const pack: (bytes: Uint8Array, options: ZstdOptions) => Promise<Buffer> = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)

/**
 * Appends to many logs, each when the lease is its agent's and the stored log ends at `start`: one statement and one commit,
 * so two at once are one after the other. Durable when this returns. A job is there at most once.
 */
export async function appendJobLogs(
  db: Queryable,
  chunks: readonly LogChunk[],
): Promise<readonly Appended[]> {
  const packed = await Promise.all(chunks.map(packChunk))
  // Rows that somebody else has locked are left out: whoever waits for one must not hold others.
  const found = await append(db, packed, 'SKIP LOCKED')
  const answers: Appended[] = []
  for (const [index, chunk] of packed.entries()) {
    const row = found.get(index + 1) ?? (await append(db, [chunk], '')).get(1)
    answers.push(answerOf(chunk, row))
  }
  return answers
}

interface PackedChunk extends LogChunk {
  readonly stored: Uint8Array
  readonly isPacked: boolean
}

async function packChunk(chunk: LogChunk): Promise<PackedChunk> {
  const { bytes } = chunk
  const options = { ...QUICKLY, pledgedSrcSize: bytes.length }
  const small = bytes.length < PACK_BYTES_MIN ? bytes : await pack(bytes, options)
  const isPacked = small.length < bytes.length
  return { ...chunk, stored: isPacked ? small : bytes, isPacked }
}

interface AppendedRow {
  readonly n: number
  readonly is_own: boolean
  readonly is_held: boolean
  readonly length: number
  readonly is_appended: boolean
}

/** What became of each, by its number from 1 on; those that were skipped, and jobs that are not there, are missing. */
async function append(
  db: Queryable,
  chunks: readonly PackedChunk[],
  wait: '' | 'SKIP LOCKED',
): Promise<ReadonlyMap<number, AppendedRow>> {
  let end = 0
  const places = chunks.map(({ stored }) => {
    end += stored.length
    return end - stored.length
  })
  const { rows } = await db.query<AppendedRow>({
    name: wait === '' ? 'append_job_log' : 'append_job_logs',
    text: `
      WITH asked AS MATERIALIZED (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::int[], $6::int[], $7::int[], $8::bool[], $9::text[])
          WITH ORDINALITY AS t (job, agent, fence, start, length, place, size, packed, marks, n)
      ), locked AS MATERIALIZED (
        SELECT t.n, t.start, t.length, j.* FROM asked t JOIN LATERAL (
          SELECT project_id, root_id, owner_id, id, agent_id = t.agent AS is_own, fence = t.fence AND ${OPEN} AS is_held, log_length
          FROM jobs WHERE id = t.job FOR NO KEY UPDATE ${wait}) j ON true
      ), grown AS (
        UPDATE jobs j SET log_length = j.log_length + l.length FROM locked l
        WHERE j.project_id = l.project_id AND j.root_id = l.root_id AND j.owner_id = l.owner_id AND j.id = l.id
          AND l.is_own AND l.is_held AND l.log_length = l.start
        RETURNING l.n, j.project_id, j.id
      ), stored AS (
        INSERT INTO job_logs (project_id, job_id, start, bytes, marks, packed)
        SELECT g.project_id, g.id, t.start, substring($10::bytea FROM t.place + 1 FOR t.size), t.marks::int[], t.packed
        FROM grown g JOIN asked t ON t.n = g.n WHERE t.length > 0
      )
      SELECT l.n::int AS n, coalesce(l.is_own, false) AS is_own, coalesce(l.is_held, false) AS is_held,
        l.log_length::float8 AS length, g.n IS NOT NULL AS is_appended
      FROM locked l LEFT JOIN grown g ON g.n = l.n`,
    values: [
      chunks.map(({ job }) => uuidOf(job)),
      chunks.map(({ agent }) => uuidOf(agent)),
      chunks.map(({ fence }) => fence),
      chunks.map(({ start }) => start),
      chunks.map(({ bytes }) => bytes.length),
      places,
      chunks.map(({ stored }) => stored.length),
      chunks.map(({ isPacked }) => isPacked),
      chunks.map(({ marks }) => `{${marks.join()}}`),
      Buffer.concat(
        chunks.map(({ stored }) => stored),
        end,
      ),
    ],
  })
  return new Map(rows.map((row) => [row.n, row]))
}

function answerOf({ start, bytes }: LogChunk, row: AppendedRow | undefined): Appended {
  if (row === undefined || !row.is_own) return { ok: false, refusal: 'not_found' }
  if (row.is_appended) return { ok: true, length: start + bytes.length }
  if (!row.is_held) return { ok: false, refusal: 'lease_lost' }
  return { ok: false, refusal: 'wrong_offset', length: row.length }
}

/** The parts of a log from a byte on, in order, at most 16 MB, or so many parts; the first may begin before that byte. */
export async function readJobLog(
  db: Queryable,
  place: {
    readonly project: number
    readonly job: JobId
    readonly from: number
    readonly most?: number
  },
): Promise<readonly LogPart[]> {
  const rows = await listRows<{
    start: number
    bytes: Buffer
    marks: readonly number[]
    packed: boolean
  }>(
    db,
    `SELECT start::float8 AS start, bytes, marks, packed FROM job_logs
     WHERE project_id = $1 AND job_id = $2 AND start >= coalesce(
       (SELECT max(start) FROM job_logs WHERE project_id = $1 AND job_id = $2 AND start <= $3), 0)
     ORDER BY job_logs.start LIMIT $4`,
    [place.project, uuidOf(place.job), place.from, Math.min(place.most ?? PARTS_MAX, PARTS_MAX)],
  )
  return Promise.all(
    rows.map(async ({ start, bytes, marks, packed }) => ({
      start,
      bytes: packed ? await unpack(bytes) : bytes,
      marks,
    })),
  )
}
