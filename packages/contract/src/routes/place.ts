// Places and what is in them: environments, inventory, agents; and the facts that are reported about them.

import * as z from 'zod/mini'
import { RUN_STATUSES } from '@lockstep/domain'

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
  Title,
  withDefault,
} from '../schema.ts'
import { ThingName } from './run.ts'

export const Environment = named(
  'Environment',
  z.strictObject({
    id: idSchema('env'),
    project: z.string(),
    name: ThingName,
    title: Title,
    revision: z.int(),
    tiers: z.array(z.strictObject({ name: z.string(), kind: z.string(), filledBy: z.string() })),
    /** Addresses of the applications that it takes. */
    receives: z.array(z.string()),
    agents: z.array(z.string()),
    /** Of the definition, in order. */
    windows: z.array(z.strictObject({ name: z.string(), when: z.string() })),
    freezes: z.array(z.strictObject({ name: z.string(), from: z.string(), until: z.string() })),
    /** Made by hand; null: there is none, also none to come. */
    frozen: z.nullable(
      z.strictObject({
        from: Timestamp,
        until: z.nullable(Timestamp),
        reason: z.string(),
      }),
    ),
    lock: z.strictObject({
      state: z.enum(['free', 'held']),
      holder: z.nullable(z.string()),
      since: z.nullable(Timestamp),
      reason: z.nullable(z.string()),
      queue: z.array(z.string()),
    }),
  }),
)

export const listEnvironments = route({
  method: 'GET',
  path: '/v1/environments',
  summary: 'List environments',
  permission: 'environment.read',
  object: 'reach',
  query: { ...pageQuery, project: z.optional(idSchema('prj')), name: z.optional(ThingName) },
  response: pageOf(Environment),
  errors: [],
})

const environment = { environment: idSchema('env') }

export const showEnvironment = route({
  method: 'GET',
  path: '/v1/environments/{environment}',
  summary: 'Show an environment',
  permission: 'environment.read',
  object: 'params.environment',
  params: environment,
  response: Environment,
  errors: [],
})

export const lockEnvironment = route({
  method: 'POST',
  path: '/v1/environments/{environment}/lock',
  summary: 'Hold an environment: no run gets it until it is unlocked',
  permission: 'environment.lock',
  object: 'params.environment',
  params: environment,
  body: { reason: Comment },
  response: Environment,
  errors: ['environment_locked', 'comment_missing', 'wrong_state'],
})

export const unlockEnvironment = route({
  method: 'POST',
  path: '/v1/environments/{environment}/unlock',
  summary: 'Let runs have an environment again',
  permission: 'environment.lock',
  object: 'params.environment',
  params: environment,
  body: { reason: z.optional(Comment) },
  response: Environment,
  errors: ['wrong_state'],
})

export const freezeEnvironment = route({
  method: 'POST',
  path: '/v1/environments/{environment}/freezes',
  summary: 'Let nothing begin to change an environment for a time',
  permission: 'environment.freeze',
  object: 'params.environment',
  params: environment,
  body: { reason: Comment, from: z.optional(Timestamp), until: z.optional(Timestamp) },
  response: Environment,
  errors: ['comment_missing', 'wrong_state'],
})

export const unfreezeEnvironment = route({
  method: 'POST',
  path: '/v1/environments/{environment}/unfreeze',
  summary: 'End a freeze that was made by hand',
  permission: 'environment.freeze',
  object: 'params.environment',
  params: environment,
  body: { reason: Comment },
  response: Environment,
  errors: ['comment_missing', 'wrong_state'],
})

const Installed = z.strictObject({ version: z.string(), digest: DigestText })

/** What one component runs on one resource. */
export const InventoryRow = named(
  'InventoryRow',
  z.strictObject({
    environment: idSchema('env'),
    /** Of the environment; the component's is in `application`. */
    project: z.string(),
    environmentName: z.string(),
    environmentTitle: z.string(),
    application: z.string(),
    component: z.string(),
    resource: z.string(),
    reported: z.nullable(Installed),
    verified: z.boolean(),
    unknown: z.boolean(),
    wanted: z.nullable(Installed),
    drift: z.boolean(),
    since: Timestamp,
    /** Address of the run that put it there; null: reported from elsewhere. */
    putBy: z.nullable(z.string()),
    /** What brings back what is wanted where this drifts now: start it with `putBack`. null: nothing drifts, or nothing does. */
    putBack: z.nullable(
      z.strictObject({
        project: idSchema('prj'),
        projectName: z.string(),
        /** A release or pipeline that deploys it here. */
        name: z.string(),
        /** Of the snapshot. */
        version: z.string(),
      }),
    ),
    /** Why nothing brings it back, and what helps. */
    notPutBack: z.nullable(z.string()),
  }),
)

export const showInventory = route({
  method: 'GET',
  path: '/v1/inventory',
  summary: 'Show what is where, now or at a moment of the past',
  permission: 'inventory.read',
  object: 'reach',
  query: {
    environment: z.optional(idSchema('env')),
    at: z.optional(Timestamp),
    /** As `project/name`, or by its name in any project. */
    application: z.optional(z.string().check(z.maxLength(120))),
    resource: z.optional(z.string().check(z.maxLength(200))),
    drift: z.optional(z.boolean()),
  },
  response: named('Inventory', z.strictObject({ at: Timestamp, items: z.array(InventoryRow) })),
  errors: ['time_to_come'],
})

export const reportInventory = route({
  method: 'POST',
  path: '/v1/inventory/reports',
  summary: 'Tell about a deployment that was made elsewhere',
  permission: 'inventory.report',
  object: 'body.environment',
  body: {
    environment: idSchema('env'),
    application: z.string().check(z.regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)),
    component: ThingName,
    resource: z.string().check(z.minLength(1), z.maxLength(200)),
    runs: z.nullable(Installed),
    /** It has drifted to this, and is accepted: refused when something else runs by now, or while a run holds the environment. */
    accept: withDefault(z.boolean(), false),
    comment: Comment,
  },
  response: InventoryRow,
  errors: ['comment_missing', 'wrong_state'],
})

/** How something came to a place or went: a run did it; a person told it, or accepted it; an agent found it; contact was lost over it. */
export const CHANGES_OF_PLACE = ['arrived', 'left', 'told', 'accepted', 'found', 'lost'] as const

/** One application that went to one version by one run, person or finding, within one day (UTC). */
export const EnvironmentChange = named(
  'EnvironmentChange',
  z.strictObject({
    /** Unique in the history. */
    key: z.string(),
    /** When the last of it was there. */
    at: Timestamp,
    what: z.enum(CHANGES_OF_PLACE),
    application: z.string(),
    /** null: nothing runs there any more. */
    version: z.nullable(z.string()),
    /** What ran there before. */
    from: z.array(z.string()),
    components: z.array(z.string()),
    /** At most 20 of them. */
    resources: z.array(z.string()),
    resourceCount: z.int(),
    /** It is not what the last deployment wanted. */
    drift: z.boolean(),
    /** Address of the run; null: no run did it. */
    run: z.nullable(z.string()),
    runId: z.nullable(idSchema('run')),
    /** Who started the run, told or accepted it, or the agent that found it. */
    by: z.nullable(z.string()),
    /** Why, of what a person told or accepted. */
    reason: z.nullable(z.string()),
  }),
)

export const listEnvironmentHistory = route({
  method: 'GET',
  path: '/v1/environments/{environment}/history',
  summary: 'List what came to an environment and what went, newest first',
  permission: 'inventory.read',
  object: 'params.environment',
  params: environment,
  query: pageQuery,
  response: pageOf(EnvironmentChange),
  errors: [],
})

export const Agent = named(
  'Agent',
  z.strictObject({
    id: idSchema('agt'),
    name: z.string(),
    labels: z.array(z.string()),
    state: z.enum(['online', 'lost', 'draining', 'revoked', 'never_seen']),
    version: z.nullable(z.string()),
    lastSeenAt: z.nullable(Timestamp),
    enrolledAt: Timestamp,
    jobs: z.int(),
    /** Where it may work: projects by name, environments as `project/name`. */
    assignments: z.array(z.string()),
  }),
)

export const listAgents = route({
  method: 'GET',
  path: '/v1/agents',
  summary: 'List agents',
  permission: 'agent.read',
  object: 'reach',
  query: { ...pageQuery, name: z.optional(z.string().check(z.maxLength(100))) },
  response: pageOf(Agent),
  errors: [],
})

export const createEnrolment = route({
  method: 'POST',
  path: '/v1/agents/enrolments',
  summary: 'Make a one-time token with which an agent enrols',
  permission: 'agent.enrol',
  object: 'system',
  body: {
    name: z
      .string()
      .check(
        z.regex(
          /^[a-z0-9]+([.-][a-z0-9]+)*$/,
          'use lower-case letters and digits, with single dots or hyphens between',
        ),
        z.maxLength(60),
      ),
    labels: z.array(Name).check(z.maxLength(50)),
  },
  response: named('Enrolment', z.strictObject({ token: z.string(), expiresAt: Timestamp })),
  status: 201,
  secretAnswer: true,
  errors: ['name_taken'],
})

const agent = { agent: idSchema('agt') }

export const showAgent = route({
  method: 'GET',
  path: '/v1/agents/{agent}',
  summary: 'Show an agent',
  permission: 'agent.read',
  object: 'reach',
  params: agent,
  response: Agent,
  errors: [],
})

/** What an agent was given to do: one attempt of one step on one resource. */
export const AgentJob = named(
  'AgentJob',
  z.strictObject({
    id: idSchema('job'),
    run: idSchema('run'),
    /** `connected-car/connected-car-2.0/7`. */
    runAddress: z.string(),
    step: idSchema('stp'),
    title: z.string(),
    component: z.nullable(z.string()),
    resource: z.string(),
    /** `project/name`; null: a build or test. */
    environment: z.nullable(z.string()),
    state: z.enum(RUN_STATUSES),
    attempt: z.int(),
    reason: z.nullable(z.string()),
    startedAt: z.nullable(Timestamp),
    finishedAt: z.nullable(Timestamp),
  }),
)

export const listAgentJobs = route({
  method: 'GET',
  path: '/v1/agents/{agent}/jobs',
  summary: 'List the newest jobs of an agent, in runs that the caller sees',
  permission: 'agent.read',
  object: 'reach',
  params: agent,
  response: named('AgentJobs', z.strictObject({ items: z.array(AgentJob) })),
  errors: [],
})

export const assignAgent = route({
  method: 'POST',
  path: '/v1/agents/{agent}/assignments',
  summary: 'Let an agent work in a project, or in one of its environments',
  permission: 'agent.assign',
  object: 'system',
  params: agent,
  body: { project: idSchema('prj'), environment: z.nullable(idSchema('env')) },
  response: Agent,
  errors: [],
})

export const unassignAgent = route({
  method: 'POST',
  path: '/v1/agents/{agent}/unassignments',
  summary: 'Take an agent out of a project or environment',
  permission: 'agent.assign',
  object: 'system',
  params: agent,
  body: { project: idSchema('prj'), environment: z.nullable(idSchema('env')) },
  response: Agent,
  errors: [],
})

export const drainAgent = route({
  method: 'POST',
  path: '/v1/agents/{agent}/drain',
  summary: 'Give an agent no new work, or give it work again',
  permission: 'agent.drain',
  object: 'system',
  params: agent,
  body: { draining: withDefault(z.boolean(), true) },
  response: Agent,
  errors: [],
})

export const revokeAgent = route({
  method: 'POST',
  path: '/v1/agents/{agent}/revoke',
  summary: 'Shut an agent out, at once and for ever',
  permission: 'agent.revoke',
  object: 'system',
  params: agent,
  response: Agent,
  errors: [],
})

export const reportFact = route({
  method: 'POST',
  path: '/v1/facts',
  summary: 'Report a fact for conditions, such as incidents.sev1',
  permission: 'fact.report',
  object: 'body.project',
  body: {
    project: idSchema('prj'),
    name: z
      .string()
      .check(z.regex(/^[a-z][a-zA-Z0-9_]*(\.[a-z][a-zA-Z0-9_]*){0,7}$/), z.maxLength(200)),
    value: z.union([z.string().check(z.maxLength(1000)), z.number(), z.boolean()]),
  },
  response: null,
  errors: [],
})

export const placeRoutes = {
  listEnvironments,
  showEnvironment,
  lockEnvironment,
  unlockEnvironment,
  freezeEnvironment,
  unfreezeEnvironment,
  showInventory,
  reportInventory,
  listEnvironmentHistory,
  listAgents,
  showAgent,
  listAgentJobs,
  createEnrolment,
  assignAgent,
  unassignAgent,
  drainAgent,
  revokeAgent,
  reportFact,
} as const
