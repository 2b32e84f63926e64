// Definitions as code: compare, apply, read revisions.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import {
  Comment,
  DigestText,
  idSchema,
  named,
  Name,
  pageOf,
  pageQuery,
  Timestamp,
  withDefault,
} from '../schema.ts'
import { ThingName } from './run.ts'

const KINDS = ['application', 'environment', 'pipeline', 'release'] as const
export const DefinitionKind = z.enum(KINDS)

/** Where a definition stands in the repository of whoever applies. */
const Place = z.strictObject({
  file: z.string().check(z.maxLength(500)),
  line: z.int(),
  column: z.int(),
})
/** Where a part of it stands: `at` is the way to it in the JSON; without `file` it is the file of the definition. */
const PartPlace = z.strictObject({
  at: z.array(z.union([z.string().check(z.maxLength(200)), z.int()])).check(z.maxLength(64)),
  file: z.optional(z.string().check(z.maxLength(500))),
  line: z.int(),
  column: z.int(),
  length: z.optional(z.int()),
})

export const Definition = named(
  'Definition',
  z.strictObject({
    id: idSchema('def'),
    kind: DefinitionKind,
    project: z.string(),
    name: ThingName,
    revision: z.int(),
    digest: DigestText,
    source: z.string(),
    /** This revision was made elsewhere than in its source. */
    aheadOfSource: z.boolean(),
    editor: z.string(),
    comment: z.string(),
    file: z.nullable(z.string()),
    at: Timestamp,
    /** The definition as JSON, with every default applied. */
    body: z.record(z.string(), z.unknown()),
  }),
)

const Line = z.strictObject({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.nullable(z.string()),
  after: z.nullable(z.string()),
})

/** What applying would do to one definition. */
export const DefinitionDifference = named(
  'DefinitionDifference',
  z.strictObject({
    kind: DefinitionKind,
    name: ThingName,
    change: z.enum(['create', 'change', 'rename', 'delete', 'equal']),
    renamedFrom: z.nullable(z.string()),
    before: z.nullable(z.int()),
    after: z.nullable(z.int()),
    file: z.nullable(z.string()),
    line: z.nullable(z.int()),
    lines: z.array(Line),
    weakens: z.array(z.string()),
    /** A guess that this is a rename, with what to write. */
    hint: z.nullable(z.string()),
    aheadOfSource: z.boolean(),
  }),
)

export const Applied = named(
  'Applied',
  z.strictObject({
    project: z.string(),
    source: z.string(),
    differences: z.array(DefinitionDifference),
    /** Definitions of others that would no longer fit; those that may not be seen are counted. */
    breaks: z.array(z.strictObject({ definition: z.string(), why: z.string() })),
    breaksUnseen: z.int(),
    /** Runs under way, and the revisions that they keep. */
    keeps: z.array(
      z.strictObject({
        run: z.string(),
        stage: z.string(),
        definition: z.string(),
        revision: z.int(),
      }),
    ),
    /** What applying would be refused for, when it was only compared. */
    refuses: z.array(
      z.strictObject({
        code: z.enum(['breaks_others', 'deletion_not_confirmed', 'definition_in_use']),
        message: z.string(),
      }),
    ),
    /** The difference as a terminal shows it. */
    text: z.string(),
    /** False when it was only compared. */
    applied: z.boolean(),
  }),
)

export const applyDefinitions = route({
  method: 'POST',
  path: '/v1/definitions/apply',
  summary: 'Apply all definitions of a source, or show what that would change',
  permission: 'definition.apply',
  object: 'body.project',
  bodyLimit: 8 * 1024 * 1024,
  body: {
    project: idSchema('prj'),
    source: Name,
    definitions: z
      .array(
        z.strictObject({
          definition: z.record(z.string(), z.unknown()),
          place: z.optional(Place),
          /** Places of its parts, so that a mistake is reported where it was made. */
          places: z.optional(z.array(PartPlace).check(z.maxLength(20_000))),
        }),
      )
      .check(z.maxLength(500)),
    dryRun: z.optional(z.boolean()),
    comment: z.optional(Comment),
    /** Revisions that the difference was shown for, by `kind/name`; another one is refused. */
    expects: z.optional(z.record(z.string(), z.int())),
    allowBreaking: z.optional(z.boolean()),
    /** Retire what the source applied before and does not have any more. */
    delete: z.optional(z.boolean()),
    takeOver: z.optional(z.boolean()),
  },
  response: Applied,
  errors: [
    'definition_invalid',
    'revision_moved',
    'owned_by_another_source',
    'breaks_others',
    'deletion_not_confirmed',
    'definition_in_use',
  ],
})

export const listDefinitions = route({
  method: 'GET',
  path: '/v1/definitions',
  summary: 'List definitions in their newest revisions',
  permission: 'definition.read',
  object: 'reach',
  query: {
    ...pageQuery,
    kind: z.optional(DefinitionKind),
    project: z.optional(idSchema('prj')),
    name: z.optional(ThingName),
  },
  response: pageOf(Definition),
  errors: [],
})

const params = { definition: idSchema('def') }

export const showDefinition = route({
  method: 'GET',
  path: '/v1/definitions/{definition}',
  summary: 'Show a definition in a revision',
  permission: 'definition.read',
  object: 'params.definition',
  params,
  query: { revision: z.optional(z.int().check(z.minimum(1))) },
  response: Definition,
  errors: [],
})

export const listRevisions = route({
  method: 'GET',
  path: '/v1/definitions/{definition}/revisions',
  summary: 'List the revisions of a definition, newest first',
  permission: 'definition.read',
  object: 'params.definition',
  params,
  query: pageQuery,
  response: pageOf(Definition),
  errors: [],
})

export const compareRevisions = route({
  method: 'GET',
  path: '/v1/definitions/{definition}/difference',
  summary: 'Compare two revisions of a definition',
  permission: 'definition.read',
  object: 'params.definition',
  params,
  query: { from: z.int().check(z.minimum(1)), to: z.int().check(z.minimum(1)) },
  response: DefinitionDifference,
  errors: [],
})

/** What a definition would say, checked together with the rest of its source. */
export const RevisedDefinition = named(
  'RevisedDefinition',
  z.strictObject({
    /** The newest revision; after publishing, the one that was made. */
    newest: Definition,
    /** Against the newest revision; null: it cannot be read. */
    difference: z.nullable(DefinitionDifference),
    mistakes: z.array(
      z.strictObject({
        /** The way in the JSON to what is wrong; null: in another definition of the source. */
        at: z.nullable(z.array(z.union([z.string(), z.int()]))),
        /** The way as people read it. */
        path: z.string(),
        message: z.string(),
        /** What could be written instead. */
        right: z.nullable(z.string()),
      }),
    ),
    published: z.boolean(),
  }),
)

export const reviseDefinition = route({
  method: 'POST',
  path: '/v1/definitions/{definition}/revisions',
  summary: 'Check or publish a new revision of one definition, ahead of its source',
  permission: 'definition.apply',
  object: 'params.definition',
  bodyLimit: 2 * 1024 * 1024,
  params,
  body: {
    /** What it says from now on, whole. */
    body: z.record(z.string(), z.unknown()),
    /** The revision that was edited; when there is a newer one, nothing is published. */
    from: z.int().check(z.minimum(1)),
    comment: z.optional(Comment),
    dryRun: withDefault(z.boolean(), false),
  },
  response: RevisedDefinition,
  errors: ['definition_invalid', 'revision_moved', 'comment_missing'],
})

export const restoreRevision = route({
  method: 'POST',
  path: '/v1/definitions/{definition}/restore',
  summary: 'Make an old revision the newest again, as a new revision',
  permission: 'definition.apply',
  object: 'params.definition',
  params,
  body: { revision: z.int().check(z.minimum(1)), comment: Comment },
  response: Definition,
  errors: ['definition_invalid', 'comment_missing'],
})

export const retireDefinition = route({
  method: 'POST',
  path: '/v1/definitions/{definition}/retirement',
  summary: 'Take a definition out of use; its history stays',
  permission: 'definition.delete',
  object: 'params.definition',
  params,
  body: { comment: Comment, allowBreaking: withDefault(z.boolean(), false) },
  response: Definition,
  errors: ['definition_in_use', 'breaks_others', 'comment_missing', 'wrong_state'],
})

/** What definitions of a project may refer to, as the caller may see it: what `known.d.ts` is written from. */
export const showKnown = route({
  method: 'GET',
  path: '/v1/known',
  summary: 'Show the names that definitions of a project may refer to',
  permission: 'definition.read',
  object: 'query.project',
  query: { project: idSchema('prj') },
  response: named('Known', z.record(z.string(), z.unknown())),
  errors: [],
})

export const definitionRoutes = {
  applyDefinitions,
  listDefinitions,
  showDefinition,
  listRevisions,
  compareRevisions,
  reviseDefinition,
  restoreRevision,
  retireDefinition,
  showKnown,
} as const
