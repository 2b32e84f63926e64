// What is delivered: releases and what they collect, snapshots, artifacts, repositories.

import * as z from 'zod/mini'

import { route } from '../route.ts'
import {
  DigestText,
  idSchema,
  named,
  Name,
  pageOf,
  pageQuery,
  Timestamp,
  Title,
} from '../schema.ts'
import { ThingName } from './run.ts'

export const Release = named(
  'Release',
  z.strictObject({
    id: idSchema('rel'),
    project: z.string(),
    name: ThingName,
    title: Title,
    purpose: z.nullable(z.string()),
    owner: z.string(),
    pipeline: z.string(),
    state: z.string(),
    set: z.int(),
    applications: z.array(
      z.strictObject({
        application: z.string(),
        from: z.string(),
        versions: z.string(),
        snapshot: z.nullable(DigestText),
        version: z.nullable(z.string()),
        passed: z.nullable(z.string()),
        hold: z.nullable(z.enum(['frozen', 'pinned'])),
      }),
    ),
    planned: z.record(z.string(), z.string()),
    /** Address of the run that was started last. */
    run: z.nullable(z.string()),
    runId: z.nullable(idSchema('run')),
    version: z.int(),
  }),
)

export const listReleases = route({
  method: 'GET',
  path: '/v1/releases',
  summary: 'List releases',
  permission: 'release.read',
  object: 'reach',
  query: { ...pageQuery, project: z.optional(idSchema('prj')), name: z.optional(ThingName) },
  response: pageOf(Release),
  errors: [],
})

const release = { release: idSchema('rel') }

export const showRelease = route({
  method: 'GET',
  path: '/v1/releases/{release}',
  summary: 'Show a release and what it has collected',
  permission: 'release.read',
  object: 'params.release',
  params: release,
  response: Release,
  errors: [],
})

export const freezeApplication = route({
  method: 'POST',
  path: '/v1/releases/{release}/freeze',
  summary: 'Keep what is collected of an application, or take newer ones again',
  permission: 'release.write',
  object: 'params.release',
  params: release,
  body: { application: z.string().check(z.maxLength(120)), frozen: z.boolean() },
  response: Release,
  errors: ['wrong_state'],
})

export const pinApplication = route({
  method: 'POST',
  path: '/v1/releases/{release}/pin',
  summary: 'Choose a snapshot of an application that has passed',
  permission: 'release.write',
  object: 'params.release',
  params: release,
  body: {
    application: z.string().check(z.maxLength(120)),
    version: z.string().check(z.maxLength(60)),
  },
  response: Release,
  errors: ['wrong_state'],
})

/** Everything kept about a release: records.md E1. */
export const showDossier = route({
  method: 'GET',
  path: '/v1/releases/{release}/dossier',
  summary: 'Show everything that is kept about a release',
  permission: 'audit.read',
  object: 'params.release',
  params: release,
  response: named('Dossier', z.record(z.string(), z.unknown())),
  errors: [],
})

export const Snapshot = named(
  'Snapshot',
  z.strictObject({
    digest: DigestText,
    application: z.string(),
    version: z.string(),
    components: z.array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        digest: DigestText,
        sizeBytes: z.int(),
        provides: z.record(z.string(), z.string()),
        requires: z.record(z.string(), z.string()),
      }),
    ),
    processes: z.record(z.string(), DigestText),
    /** Address of the run that made it. */
    madeBy: z.nullable(z.string()),
    at: Timestamp,
  }),
)

export const listSnapshots = route({
  method: 'GET',
  path: '/v1/snapshots',
  summary: 'List the snapshots of an application, newest first',
  permission: 'snapshot.read',
  object: 'query.project',
  query: {
    ...pageQuery,
    project: idSchema('prj'),
    application: ThingName,
    version: z.optional(z.string().check(z.maxLength(60))),
  },
  response: pageOf(Snapshot),
  errors: [],
})

/** What a file set is called, such as `2.0.0-rc.6`. */
export const ArtifactVersion = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/))

export const Artifact = named(
  'Artifact',
  z.strictObject({
    id: idSchema('art'),
    application: z.string(),
    component: z.string(),
    version: z.string(),
    digest: DigestText,
    sizeBytes: z.int(),
    commit: z.nullable(z.string()),
    /** Interfaces as the definition of its own build stated them. */
    provides: z.record(z.string(), z.string()),
    requires: z.record(z.string(), z.string()),
    /** Digest of its bill of materials. */
    sbom: z.nullable(DigestText),
    /** Keys that the project trusts and that have signed these bytes, by name. */
    signedBy: z.array(z.string()),
    at: Timestamp,
  }),
)

export const takeSnapshot = route({
  method: 'POST',
  path: '/v1/environments/{environment}/snapshots',
  summary: 'Freeze what an environment runs of an application',
  permission: 'snapshot.create',
  object: 'params.environment',
  params: { environment: idSchema('env') },
  body: {
    /** `project/name` */
    application: z.string().check(z.regex(/^[a-z0-9-]{1,40}\/[a-z0-9-]{1,40}$/)),
    version: z.optional(ArtifactVersion),
  },
  response: Snapshot,
  status: 201,
  errors: ['wrong_state', 'name_taken'],
})

export const listArtifacts = route({
  method: 'GET',
  path: '/v1/artifacts',
  summary: 'List artifacts, newest first',
  permission: 'artifact.read',
  object: 'query.project',
  query: {
    ...pageQuery,
    project: idSchema('prj'),
    application: z.optional(ThingName),
    component: z.optional(ThingName),
    version: z.optional(ArtifactVersion),
  },
  response: pageOf(Artifact),
  errors: [],
})

export const Repository = named(
  'Repository',
  z.strictObject({
    name: Name,
    project: z.string(),
    url: z.string(),
    pollMs: z.int(),
    seenAt: z.nullable(Timestamp),
    failure: z.nullable(z.string()),
    branches: z.record(z.string(), z.string()),
  }),
)

export const listRepositories = route({
  method: 'GET',
  path: '/v1/repositories',
  summary: 'List the repositories of a project',
  permission: 'trigger.read',
  object: 'query.project',
  query: { ...pageQuery, project: idSchema('prj') },
  response: pageOf(Repository),
  errors: [],
})

const RepositoryUrl = z.string().check(z.minLength(1), z.maxLength(1000))
const PollMs = z.int().check(z.minimum(1000), z.maximum(86_400_000))

export const addRepository = route({
  method: 'POST',
  path: '/v1/repositories',
  summary: 'Follow a Git repository',
  permission: 'trigger.write',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    name: Name,
    url: RepositoryUrl,
    pollMs: z.optional(PollMs),
  },
  response: Repository,
  status: 201,
  errors: ['name_taken'],
})

export const changeRepository = route({
  method: 'POST',
  path: '/v1/repositories/change',
  summary: 'Follow a repository under another address, or in another rhythm',
  permission: 'trigger.write',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    name: Name,
    url: z.optional(RepositoryUrl),
    pollMs: z.optional(PollMs),
  },
  response: Repository,
  errors: [],
})

export const deleteRepository = route({
  method: 'DELETE',
  path: '/v1/repositories',
  summary: 'Stop following a repository that no pipeline uses',
  permission: 'trigger.write',
  object: 'query.project',
  query: { project: idSchema('prj'), name: Name },
  response: null,
  errors: ['repository_in_use'],
})

export const pollRepository = route({
  method: 'POST',
  path: '/v1/repositories/poll',
  summary: 'Look for new commits now',
  permission: 'trigger.write',
  object: 'body.project',
  body: { project: idSchema('prj'), name: Name },
  response: Repository,
  errors: [],
})

const CommitHash = z.string().check(z.regex(/^[0-9a-f]{40,64}$/, 'write the whole commit'))

export const Commit = named(
  'Commit',
  z.strictObject({
    commit: z.string(),
    author: z.string(),
    /** Whole, as it was written; the first line says what it is. */
    message: z.string(),
    at: Timestamp,
  }),
)

export const compareCommits = route({
  method: 'GET',
  path: '/v1/commits',
  summary: 'List what was committed from one commit to another, as far as it was seen',
  permission: 'trigger.read',
  object: 'query.project',
  query: {
    project: idSchema('prj'),
    repository: Name,
    to: CommitHash,
    /** Not among them; without it everything that is known. */
    since: z.optional(CommitHash),
  },
  response: named(
    'ComparedCommits',
    z.strictObject({
      /** Newest first. */
      commits: z.array(Commit),
      /** Whether they reach back to `since`: before it came under watch, nothing is known. */
      isWhole: z.boolean(),
    }),
  ),
  errors: [],
})

export const deliverableRoutes = {
  listReleases,
  showRelease,
  freezeApplication,
  pinApplication,
  showDossier,
  listSnapshots,
  takeSnapshot,
  listArtifacts,
  listRepositories,
  addRepository,
  changeRepository,
  deleteRepository,
  pollRepository,
  compareCommits,
} as const
