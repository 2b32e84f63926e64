// What of the chains proves the entries of one project to somebody who trusts neither this server nor its database.

import { createPublicKey, hash } from 'node:crypto'
import { canonicalText, uuidOf, type JsonValue, type ProjectId } from '@lockstep/domain'
import { listRows, type Queryable } from '../queryable.ts'
import { positionOf } from '../reactor/seal.ts'
import { keyFileOf, keyIdOf, readIfThere, type Head } from './checkpoints.ts'
import { leafOfRow, readEvents, readSeals, type SealedRow, type SealRow } from './sealed-rows.ts'

/** More events than this are not read for one page, but for a single seal. */
const EVENTS_PER_PAGE = 4_000

/** The part of a chain in which a project has entries. */
export interface ChainPart {
  readonly chain: number
  readonly first: number
  readonly last: number
  readonly entries: number
  readonly checkpoint: SignedHead | null
}

/** A checkpoint, and which of its heads is meant. */
export interface SignedHead {
  readonly seal: number
  readonly text: string
  /** Base64, and the key as SPKI in Base64. */
  readonly signature: string
  readonly key: string
}

interface PartRow {
  readonly chain: number
  readonly first: number
  readonly own_last: number
  readonly entries: number
  readonly seal: number | null
  readonly n: number | null
  readonly previous: string | null
  readonly heads: readonly Head[] | null
  readonly root: string | null
  readonly signature: string | null
  readonly at: number | null
}

/**
 * The chains after `after` in which the project has entries of this period. Each part goes on to the next head that was
 * signed with the key of this data folder, so that the last entry stands under a signature too. What it costs: ADR 13.
 */
export async function listChainParts(
  db: Queryable,
  wanted: {
    readonly project: ProjectId
    readonly from: number | undefined
    readonly until: number | undefined
    readonly after: number
    readonly limit: number
    readonly dataDir: string
  },
): Promise<readonly ChainPart[]> {
  const pem = await readIfThere(keyFileOf(wanted.dataDir), (file) => file.readFile('utf8'))
  const publicKey = pem === undefined ? undefined : createPublicKey(pem)
  const keyId = publicKey && keyIdOf(publicKey)
  const rows = await listRows<PartRow>(
    db,
    `WITH own AS (
       SELECT (e.pos >> 36)::int AS chain, min(e.pos) & ((1::bigint << 36) - 1) AS first,
         max(e.pos) & ((1::bigint << 36) - 1) AS last, count(*) AS entries
       FROM events e JOIN projects p ON p.number = e.project_id
       WHERE p.id = $1 AND e.pos >= $2 AND ($3::float8 IS NULL OR e.at >= to_timestamp($3 / 1000))
         AND ($4::float8 IS NULL OR e.at < to_timestamp($4 / 1000))
       GROUP BY e.pos >> 36 ORDER BY e.pos >> 36 LIMIT $5),
     signed AS MATERIALIZED (
       SELECT DISTINCT ON (own.chain) own.chain, h.n AS seal, c.n, c.prev, c.heads, c.root, c.signature, c.at
       FROM checkpoints c CROSS JOIN LATERAL jsonb_to_recordset(c.heads) AS h (lane int, n bigint)
       JOIN own ON own.chain = h.lane AND h.n >= own.first
       WHERE c.key_id = $6
       ORDER BY own.chain, h.n < own.last, abs(h.n - own.last), c.n)
     SELECT own.chain, own.first::float8 AS first, own.last::float8 AS own_last, own.entries::float8 AS entries,
       s.seal::float8 AS seal, s.n::float8 AS n, encode(s.prev, 'hex') AS previous, s.heads, encode(s.root, 'hex') AS root,
       encode(s.signature, 'base64') AS signature, (extract(epoch FROM s.at) * 1000)::float8 AS at
     FROM own LEFT JOIN signed s ON s.chain = own.chain ORDER BY own.chain`,
    [
      uuidOf(wanted.project),
      positionOf(wanted.after + 1, 0),
      wanted.from ?? null,
      wanted.until ?? null,
      wanted.limit,
      keyId ?? null,
    ],
  )
  const key = publicKey?.export({ type: 'spki', format: 'der' }).toString('base64')
  return rows.map((row) => {
    const checkpoint =
      key === undefined || keyId === undefined ? null : signedHeadOf(row, key, keyId)
    const { chain, first, own_last: last, entries } = row
    return { chain, first, last: Math.max(last, checkpoint?.seal ?? 0), entries, checkpoint }
  })
}

/** The text is not stored: it is written again, and its digest says which way it was. */
function signedHeadOf(row: PartRow, key: string, keyId: string): SignedHead | null {
  const { seal, n, previous, heads, root, signature, at } = row
  if (seal === null || n === null || previous === null || heads === null || at === null) return null
  const said: { readonly [field: string]: JsonValue } = {
    n,
    previous,
    heads: heads.map(({ lane, n: head, hash: of }) => ({ lane, n: head, hash: of })),
    at: Math.round(at),
    key: keyId,
  }
  const text = [said, { ...said, torn: true }]
    .map(canonicalText)
    .find((one) => hash('sha256', one) === root)
  if (text === undefined) return null
  return { seal, text, signature: (signature ?? '').replaceAll('\n', ''), key }
}

/** A seal with the entries of one project in clear, and of all others the leaves alone. */
export interface PartSeal {
  readonly chain: number
  readonly seal: number
  readonly previous: string
  readonly hash: string
  readonly before: readonly string[]
  readonly entries: readonly SealedEntry[]
  readonly after: readonly string[]
}

export interface SealedEntry extends SealedRow {
  readonly leaf: string
}

/** The seals after one, up to the last, as many as fit a page; and the number of the last one, if there are more. */
export async function readPartSeals(
  db: Queryable,
  wanted: {
    readonly project: number
    readonly chain: number
    readonly after: number
    readonly last: number
    readonly limit: number
  },
): Promise<{ readonly seals: readonly PartSeal[]; readonly next: number | undefined }> {
  const { project, chain, after, last } = wanted
  const to = await findEndOfPage(db, wanted)
  const seals = await readSeals(db, chain, after, to)
  const events = Map.groupBy(await readEvents(db, chain, after, to), ({ n }) => n)
  const found = [...seals.values()].toSorted((one, other) => one.n - other.n)
  return {
    seals: found.map((seal) => partOf(chain, seal, events.get(seal.n) ?? [], project)),
    next: found.length > 0 && to < last ? to : undefined,
  }
}

async function findEndOfPage(
  db: Queryable,
  {
    chain,
    after,
    last,
    limit,
  }: {
    readonly chain: number
    readonly after: number
    readonly last: number
    readonly limit: number
  },
): Promise<number> {
  const [row] = await listRows<{ to: number | null }>(
    db,
    `SELECT max(n)::float8 AS to FROM (
       SELECT n, row_number() OVER (ORDER BY n) AS place, sum(events) OVER (ORDER BY n) AS events
       FROM (SELECT n, events FROM seals WHERE lane = $1 AND n > $2 AND n <= $3 ORDER BY n LIMIT $4) page) counted
     WHERE place = 1 OR events <= $5`,
    [chain, after, last, limit, EVENTS_PER_PAGE],
  )
  return row?.to ?? after
}

function partOf(
  chain: number,
  { n, previous, hash: sealed }: SealRow,
  events: readonly SealedRow[],
  project: number,
): PartSeal {
  const leaves = events.map((event) => ({ ...event, leaf: leafOfRow(event) }))
  return {
    chain,
    seal: n,
    previous,
    hash: sealed,
    before: leaves.filter((event) => event.project < project).map(({ leaf }) => leaf),
    entries: leaves.filter((event) => event.project === project),
    after: leaves.filter((event) => event.project > project).map(({ leaf }) => leaf),
  }
}
