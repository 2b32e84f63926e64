// Building blocks of the wire's schemas. `zod/mini`, because the page carries them too.

import * as z from 'zod/mini'
import type { Id, IdPrefix } from '@lockstep/domain'

/** Schemas that have a name of their own in the API description. */
export const namedSchemas = z.registry<{ id: string }>()

/** Gives a schema its name in the API description, and returns it. */
export function named<Schema extends z.core.$ZodType>(name: string, schema: Schema): Schema {
  namedSchemas.add(schema, { id: name })
  return schema
}

/** An id with this prefix, typed so that one kind cannot stand for another. */
export function idSchema<P extends IdPrefix>(prefix: P): z.ZodMiniType<Id<P>, Id<P>> {
  const schema = z
    .string()
    .check(
      z.regex(
        new RegExp(`^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`),
        `use an id as lists show it, ${prefix}_ and 26 letters and digits`,
      ),
    )
  // The pattern is what makes it an Id; zod has no way to say so for a string that stays a JSON string.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return schema as unknown as z.ZodMiniType<Id<P>, Id<P>>
}

const TIME_RULE = 'use a time in UTC, such as 2026-11-20T12:00:00Z'
/** RFC 3339 in UTC, to the millisecond at most, of a day and an hour that there are. */
export const Timestamp = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, TIME_RULE),
    z.refine(isMoment, TIME_RULE),
  )

/** Dates are read leniently: 30 February is then in March. */
function isMoment(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19))
}

/** `sha256:` and 64 lower-case hex digits. */
export const DigestText = z
  .string()
  .check(z.regex(/^sha256:[0-9a-f]{64}$/, 'use sha256: and 64 lower-case hex digits'))
/** Names of applications, projects, groups…: lower-case words with hyphens, at most 40 characters. */
export const Name = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9]+(-[a-z0-9]+)*$/,
      'use lower-case letters and digits, with single hyphens between',
    ),
    z.maxLength(40),
  )
/** One line that people read. */
export const Title = z
  .string()
  .check(z.minLength(1), z.maxLength(120), z.regex(/^[^\p{Cc}]*$/u, 'use one line of text'))
/** Anything that fits; what is acceptable as a *new* password is judged by the server, with a reason. */
export const Password = z.string().check(z.minLength(1), z.maxLength(256))

/**
 * A title as it is given: something of it is seen, and nothing in it hides or turns what is around it. Blanks at its ends are not kept.
 */
export const NewTitle = Title.check(
  z.trim(),
  z.regex(
    /^[^\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]*$/u,
    'use signs that are seen; one turns the direction of the line or has no width',
  ),
  z.regex(/[^\p{Z}\p{C}]/u, 'use signs that are seen, not blanks alone'),
)
/** What a person writes as a reason or comment. */
export const Comment = z.string().check(z.maxLength(2000))
/** Counts up with each change of a thing; its `ETag`. */
export const Version = z.int().check(z.minimum(1))

/** A field that may be left out, and then has this value. */
export function withDefault<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: z.core.util.NoUndefined<z.output<Schema>>,
): z.ZodMiniDefault<Schema> {
  // oxlint-disable-next-line no-underscore-dangle -- zod's own name
  return z._default(schema, value)
}

export const PAGE_LIMIT_DEFAULT = 50
export const PAGE_LIMIT_MAX = 200
/** More jobs than this of one run are not shown: first those that are open, then the newest. */
export const JOBS_SHOWN_MAX = 2_000

/** The query fields of every list. */
export const pageQuery = {
  limit: withDefault(z.int().check(z.minimum(1), z.maximum(PAGE_LIMIT_MAX)), PAGE_LIMIT_DEFAULT),
  after: z.optional(
    z.string().check(z.minLength(1), z.maxLength(200), z.regex(/^[A-Za-z0-9_-]+$/)),
  ),
}

/** One page of a list. `next` is opaque, stays good while things are added, and is null at the end. */
export function pageOf<Item extends z.core.$ZodType>(
  item: Item,
): z.ZodMiniObject<
  { items: z.ZodMiniArray<Item>; next: z.ZodMiniNullable<z.ZodMiniString> },
  z.core.$strict
> {
  return z.strictObject({ items: z.array(item), next: z.nullable(z.string()) })
}

/** A page as the server makes it and the client gets it. */
export interface Page<Item> {
  readonly items: Item[]
  readonly next: string | null
}
