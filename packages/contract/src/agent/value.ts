// Values that more than one agent message carries.
import * as z from 'zod/mini'
import { idSchema } from '../schema.ts'

/** `sha256:` and 64 hexadecimal digits. */
export const Sha256Text = z.templateLiteral([
  'sha256:',
  z.string().check(z.regex(/^[0-9a-f]{64}$/)),
])

export const JobIdText = idSchema('job')
export const AgentIdText = idSchema('agt')
export const EnvironmentIdText = idSchema('env')

/** Number of a lease of one job; grows with each, and only the newest may change anything. */
export const Fence = z.int().check(z.gte(1))

export const ByteCount = z.int().check(z.gte(0))
export const DurationMs = z.int().check(z.gte(0))

/** Name of an agent or a resource as people read it. */
export const AgentName = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'letters, digits, dots and hyphens, at most 63'),
  )

export const Label = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9._/-]{0,62}$/,
      'lower-case letters, digits, dots, hyphens and slashes, at most 63',
    ),
  )
export const Labels = z.array(Label).check(z.maxLength(50))

/** A short text for people: no control characters other than line breaks. */
export const Sentence = z.string().check(z.maxLength(2_000))

export const ComponentName = z.strictObject({
  project: z.string().check(z.minLength(1), z.maxLength(100)),
  application: z.string().check(z.minLength(1), z.maxLength(100)),
  name: z.string().check(z.minLength(1), z.maxLength(100)),
})
export type ComponentName = z.infer<typeof ComponentName>

/** A version and the digest that names its bits. */
export const VersionDigest = z.strictObject({
  version: z.string().check(z.minLength(1), z.maxLength(200)),
  digest: Sha256Text,
})
export type VersionDigest = z.infer<typeof VersionDigest>

export const StoredFile = z.strictObject({
  /** Where it was in the work folder; a label, never a path to write to. */
  path: z.string().check(z.minLength(1), z.maxLength(500)),
  digest: Sha256Text,
  sizeBytes: ByteCount,
})
export type StoredFile = z.infer<typeof StoredFile>
