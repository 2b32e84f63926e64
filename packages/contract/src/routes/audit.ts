// The audit trail: read by people, verified by the server, and given out with all that verifies it elsewhere.

import * as z from 'zod/mini'
import { CHAIN_MAX, SEAL_MAX } from '@lockstep/domain'
import { route } from '../route.ts'
import { idSchema, named, pageOf, pageQuery, Timestamp } from '../schema.ts'

export const AuditEntry = named(
  'AuditEntry',
  z.strictObject({
    position: z.string(),
    at: Timestamp,
    type: z.string(),
    kind: z.string(),
    subject: z.string(),
    actor: z.string(),
    /** The actor in words. */
    by: z.string(),
    /** What was done, in words that follow the actor's: `put qa-lead into group qa`. */
    says: z.string(),
    /** Whose role it is about, in words: a person, a service account or a group; null: it is about no role. */
    holder: z.nullable(z.string()),
    body: z.record(z.string(), z.unknown()),
    /** From where: address, client, session; null: from inside. */
    origin: z.nullable(z.record(z.string(), z.unknown())),
  }),
)

/** What entries are about, for people who search them. */
export const AUDIT_TOPICS = ['decisions', 'runs', 'deployments', 'definitions', 'access'] as const
export type AuditTopic = (typeof AUDIT_TOPICS)[number]

/** What is asked of the trail, of a project or of the system. */
const searched = {
  ...pageQuery,
  /** A thing and what is below it; a person, group or service account: also the roles that were given to it. */
  subject: z.optional(z.string().check(z.maxLength(40))),
  topic: z.optional(z.enum(AUDIT_TOPICS)),
  /** A person or service account; what their tokens did is theirs. */
  by: z.optional(z.union([idSchema('usr'), idSchema('svc')])),
  /** Since then. */
  from: z.optional(Timestamp),
  /** Before then. */
  until: z.optional(Timestamp),
}

export const listAuditEntries = route({
  method: 'GET',
  path: '/v1/audit-entries',
  summary: 'Read the audit trail of a project, newest first',
  permission: 'audit.read',
  object: 'query.project',
  query: { ...searched, project: idSchema('prj') },
  response: pageOf(AuditEntry),
  errors: [],
})

export const listSystemAuditEntries = route({
  method: 'GET',
  path: '/v1/system-audit-entries',
  summary: 'Read the audit trail of what belongs to no project, newest first',
  permission: 'audit.read',
  object: 'system',
  query: searched,
  response: pageOf(AuditEntry),
  errors: [],
})

export const verifyAudit = route({
  method: 'POST',
  path: '/v1/audit-entries/verification',
  summary: 'Verify the chains of the whole audit trail',
  permission: 'audit.read',
  object: 'system',
  response: named(
    'AuditVerification',
    z.strictObject({
      ok: z.boolean(),
      entries: z.int(),
      seals: z.int(),
      /** What does not hold, first of all; null when everything does. */
      broken: z.nullable(z.string()),
      head: z.nullable(z.string()),
      /** When the newest signed checkpoint that the trail agrees with was written; null where none is signed. */
      checkpoint: z.nullable(Timestamp),
    }),
  ),
  errors: [],
})

/** What signs a head of a chain: the text, its Ed25519 signature in Base64, and the public key, SPKI in Base64. */
const SignedHead = named(
  'SignedHead',
  z.strictObject({
    /** Number of the seal that the signed head is. */
    seal: z.int(),
    text: z.string(),
    signature: z.string(),
    key: z.string(),
  }),
)

/** The part of a chain in which a project has entries. */
export const AuditChain = named(
  'AuditChain',
  z.strictObject({
    chain: z.int(),
    /** Its seals from the first to the last with an entry of the project, and on to the next head that was signed. */
    first: z.int(),
    last: z.int(),
    entries: z.int(),
    /** The first signed head that covers all of these entries; else the newest that covers some; null: none does yet. */
    checkpoint: z.nullable(SignedHead),
  }),
)

export const listAuditChains = route({
  method: 'GET',
  path: '/v1/audit-chains',
  summary: 'List the chains in which a project has entries',
  permission: 'audit.read',
  object: 'query.project',
  query: {
    ...pageQuery,
    project: idSchema('prj'),
    /** Entries since then, and before then. */
    from: z.optional(Timestamp),
    until: z.optional(Timestamp),
  },
  response: pageOf(AuditChain),
  errors: [],
})

const Leaf = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const Uuid = z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))

/** All that the leaf of an entry covers. */
const sealedFields = {
  at: Timestamp,
  type: z.string(),
  kind: z.string(),
  subject: z.string().check(z.regex(/^[a-z]{3}_[0-7][0-9A-HJKMNP-TV-Z]{25}$/)),
  actor: z.string(),
  body: z.record(z.string(), z.unknown()),
  origin: z.nullable(z.record(z.string(), z.unknown())),
  /** Number of the project. */
  project: z.int(),
  root: Uuid,
  seq: z.int(),
  v: z.int(),
  ids: Uuid,
  /** Its leaf: SHA-256 of what stands here, as it was written. */
  hash: Leaf,
}

const sealFields = {
  chain: z.int(),
  seal: z.int(),
  previous: Leaf,
  /** Leaves of entries of other projects, in front of those of the project and behind. */
  before: z.array(Leaf),
  after: z.array(Leaf),
  hash: Leaf,
}

export const AuditSeal = named(
  'AuditSeal',
  z.strictObject({
    ...sealFields,
    entries: z.array(
      named(
        'SealedEntry',
        z.strictObject({
          ...sealedFields,
          /** The actor in words; not sealed. */
          by: z.string(),
        }),
      ),
    ),
  }),
)

const SealNumber = z.int().check(z.minimum(1), z.maximum(SEAL_MAX))

export const listAuditSeals = route({
  method: 'GET',
  path: '/v1/audit-seals',
  summary: 'Read seals of a chain with the entries of a project, and of others the leaves alone',
  permission: 'audit.read',
  object: 'query.project',
  query: {
    ...pageQuery,
    project: idSchema('prj'),
    chain: z.int().check(z.minimum(1), z.maximum(CHAIN_MAX)),
    first: SealNumber,
    last: SealNumber,
  },
  response: pageOf(AuditSeal),
  errors: [],
})

/** One line of an exported trail: the form of the file that `lockstep audit export` writes. */
export const AuditFileLine = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('begin'),
    format: z.literal(1),
    project: z.string(),
    from: z.nullable(Timestamp),
    until: z.nullable(Timestamp),
  }),
  z.strictObject({ line: z.literal('name'), actor: z.string(), name: z.string() }),
  z.strictObject({ line: z.literal('entry'), ...sealedFields }),
  z.strictObject({ line: z.literal('seal'), ...sealFields, entries: z.int() }),
  z.strictObject({
    line: z.literal('checkpoint'),
    text: z.string(),
    signature: z.string(),
    key: z.string(),
  }),
  z.strictObject({ line: z.literal('end'), entries: z.int(), seals: z.int(), sha256: Leaf }),
])
export type AuditFileLine = z.output<typeof AuditFileLine>

export const auditRoutes = {
  listAuditEntries,
  listSystemAuditEntries,
  verifyAudit,
  listAuditChains,
  listAuditSeals,
} as const
