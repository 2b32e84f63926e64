// Runs as they are read and steered. One document answers: who or what works, on which part, its state, and what is next.

import * as z from 'zod/mini'
import { JOB_CODES, OUTCOMES, RUN_STATUSES, WAITS_ON } from '@lockstep/domain'

import { route } from '../route.ts'
import { Comment, DigestText, idSchema, named, pageOf, pageQuery, Timestamp } from '../schema.ts'

/** A name of a release may carry versions: `connected-car-2.0`. */
export const ThingName = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9]+([.-][a-z0-9]+)*$/,
      'use lower-case letters and digits, with single dots or hyphens between',
    ),
    z.maxLength(60),
  )
/** `project/name`. */
export const ThingAddress = z
  .string()
  .check(z.regex(/^[a-z0-9-]+\/[a-z0-9]+([.-][a-z0-9]+)*$/), z.maxLength(121))
/** Address of a task in its stage: words with hyphens, groups around it with slashes. */
export const TaskKey = z
  .string()
  .check(z.minLength(1), z.maxLength(300), z.regex(/^[^\p{Cc}?#]+$/u))
const State = z.enum(RUN_STATUSES)

export const WaitsFor = named(
  'WaitsFor',
  z.strictObject({
    on: z.enum(WAITS_ON),
    what: z.string(),
    since: Timestamp,
    until: z.nullable(Timestamp),
  }),
)

const TestCounts = named(
  'TestCounts',
  z.strictObject({
    total: z.int(),
    passed: z.int(),
    failed: z.int(),
    skipped: z.int(),
    newFailures: z.int(),
    failures: z.array(z.string()),
  }),
)

/** One attempt of one piece of work on one resource. */
export const Job = named(
  'Job',
  z.strictObject({
    id: idSchema('job'),
    step: z.string(),
    link: z.string(),
    resource: z.string(),
    state: State,
    attempt: z.int(),
    /** Why there is another attempt: `retry_rule`, `lost`, `person`. */
    cause: z.nullable(z.string()),
    agent: z.nullable(z.strictObject({ id: idSchema('agt'), name: z.string() })),
    startedAt: z.nullable(Timestamp),
    finishedAt: z.nullable(Timestamp),
    /** No word from its agent since then, while it should run. */
    noContactSince: z.nullable(Timestamp),
    exitCode: z.nullable(z.int()),
    reason: z.nullable(z.string()),
    /** The reason for programs, where one needs it: the same work again would end the same. */
    code: z.nullable(z.enum(JOB_CODES)),
    /** What runs on the resource afterwards, as it was read again. */
    runs: z.nullable(z.strictObject({ version: z.string(), digest: DigestText })),
    tests: z.nullable(TestCounts),
    logLength: z.int(),
  }),
)

/** A step of a process, or the work of a build or test task. */
export const Step = named(
  'Step',
  z.strictObject({
    id: z.nullable(idSchema('stp')),
    key: z.string(),
    title: z.string(),
    component: z.nullable(z.string()),
    state: State,
    targets: z.int(),
    succeeded: z.int(),
    skipped: z.int(),
    failed: z.int(),
    unknown: z.int(),
    reason: z.nullable(z.string()),
    waitsFor: z.nullable(WaitsFor),
    startedAt: z.nullable(Timestamp),
    finishedAt: z.nullable(Timestamp),
    /** Keys of the steps that must be done before. */
    needs: z.array(z.string()),
    /** Resources that are passed over, and why: `already 2.0.0`. */
    passedOver: z.array(z.strictObject({ resource: z.string(), reason: z.string() })),
    /** The newest attempts first cut, then in the order of resources. */
    jobs: z.array(Job),
  }),
)

export const Task = named(
  'Task',
  z.strictObject({
    key: z.string(),
    title: z.string(),
    groups: z.array(z.string()),
    kind: z.string(),
    address: z.string(),
    state: State,
    attempt: z.int(),
    reason: z.nullable(z.string()),
    since: z.nullable(Timestamp),
    startedAt: z.nullable(Timestamp),
    finishedAt: z.nullable(Timestamp),
    waitsFor: z.nullable(WaitsFor),
    application: z.nullable(z.string()),
    from: z.nullable(z.string()),
    to: z.nullable(z.string()),
    /** The run of another pipeline that works for it. */
    run: z.nullable(idSchema('run')),
    /** Who ends a manual task, and what they are asked to do. */
    manual: z.nullable(z.strictObject({ by: z.array(z.string()), instructions: z.string() })),
    steps: z.array(Step),
    tests: z.nullable(TestCounts),
  }),
)

/** Where a rule of a gate is. Checks are `checking` until they hold or have failed; approvals are asked of people. */
export const RULE_STATES = [
  'pending',
  'checking',
  'holds',
  'failed',
  'waiting',
  'given',
  'rejected',
  'overruled', // rejected, and the gate goes on, as the rule says
  'overridden', // not given, and not waited for: people who may override gates have done so
] as const
/** How a gate stands in a run. */
export const GATE_STATES = [
  'not_reached',
  'checking',
  'waiting',
  'passed',
  'rejected',
  'aborted',
] as const

/** A gate of a run in a line. */
export const GateSummary = named(
  'GateSummary',
  z.strictObject({
    id: z.nullable(idSchema('gat')),
    address: z.string(),
    state: z.enum(GATE_STATES),
    instance: z.int(),
    checks: z.int(),
    checksHold: z.int(),
    approvals: z.int(),
    approvalsGiven: z.int(),
    rules: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(['check', 'approval']),
        state: z.enum(RULE_STATES),
        /** What a check has seen; of an approval, how many of how many. */
        evidence: z.string(),
        /** Groups and people who are asked. */
        by: z.array(z.string()),
        /** People who have decided. */
        decided: z.array(z.string()),
        /** Groups and people that an approval still waits for. */
        missing: z.array(z.string()),
        until: z.nullable(Timestamp),
      }),
    ),
    since: z.nullable(Timestamp),
    reason: z.nullable(z.string()),
  }),
)

export const Stage = named(
  'Stage',
  z.strictObject({
    id: z.nullable(idSchema('stg')),
    name: z.string(),
    title: z.string(),
    environment: z.nullable(z.string()),
    state: State,
    attempt: z.int(),
    entry: GateSummary,
    tasks: z.array(Task),
    exit: GateSummary,
    startedAt: z.nullable(Timestamp),
    finishedAt: z.nullable(Timestamp),
  }),
)

/** What a run takes along. */
export const brought = {
  application: z.string(),
  snapshot: z.nullable(DigestText),
  version: z.nullable(z.string()),
  /** Address of the run in which it passed before. */
  passed: z.nullable(z.string()),
}

const Source = z.strictObject({
  repository: z.string(),
  branch: z.string(),
  commit: z.string(),
})

/** A definition in the revision that a plan was made from. */
export const UsedRevision = z.strictObject({
  kind: z.string(),
  name: z.string(),
  revision: z.int(),
  digest: DigestText,
})

const runHead = {
  id: idSchema('run'),
  /** Under which its changes are told: the run itself, the run that waits for it, or its release. */
  root: z.string(),
  /** The run that waits for it, when it is the run of a task. */
  parent: z.nullable(idSchema('run')),
  /** `connected-car/connected-car-2.0/7`. */
  address: z.string(),
  project: z.string(),
  name: z.string(),
  number: z.int(),
  pipeline: z.string(),
  release: z.nullable(z.string()),
  title: z.string(),
  state: State,
  starter: z.string(),
  startedAt: Timestamp,
  finishedAt: z.nullable(Timestamp),
  plan: DigestText,
  source: z.nullable(Source),
  brings: z.array(z.strictObject(brought)),
  version: z.int(),
}

export const RunSummary = named('RunSummary', z.strictObject(runHead))

export const Run = named(
  'Run',
  z.strictObject({
    ...runHead,
    paused: z.nullable(z.strictObject({ by: z.string(), at: Timestamp, reason: z.string() })),
    parameters: z.record(z.string(), z.string()),
    /** The revisions that it keeps, whatever is applied meanwhile. */
    revisions: z.array(UsedRevision),
    /** What it waits for, the most urgent first. */
    waitsFor: z.array(WaitsFor),
    /** Who or what works now. */
    working: z.array(z.string()),
    /** What comes next, in a sentence. */
    next: z.string(),
    /** Set aside after a fault of ours: the incident to look for. */
    fault: z.nullable(z.string()),
    /** What the caller may do to it, in its present state or another. */
    can: z.strictObject({
      control: z.boolean(),
      abort: z.boolean(),
      completeTasks: z.boolean(),
      resolve: z.boolean(),
    }),
    stages: z.array(Stage),
  }),
)

export const listRuns = route({
  method: 'GET',
  path: '/v1/runs',
  summary: 'List runs, newest first',
  permission: 'run.read',
  object: 'reach',
  query: {
    ...pageQuery,
    project: z.optional(idSchema('prj')),
    name: z.optional(ThingName),
    number: z.optional(z.int().check(z.minimum(1))),
    state: z.optional(State),
    /** Runs of this pipeline, also those of releases that go through it. */
    pipeline: z.optional(idSchema('def')),
    /** Runs that bring this application. */
    application: z.optional(idSchema('def')),
    /** Letters of the name, title, pipeline, branch or commit, whatever their case. */
    words: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  },
  response: pageOf(RunSummary),
  errors: [],
})

const run = { run: idSchema('run') }
const task = { task: TaskKey }
/** One step of the task's process that waits for a person; without it all of them. */
const step = { step: z.optional(TaskKey) }

export const showRun = route({
  method: 'GET',
  path: '/v1/runs/{run}',
  summary: 'Show a run with its stages, gates, tasks and steps',
  permission: 'run.read',
  object: 'params.run',
  params: run,
  response: Run,
  errors: [],
})

function verb<const Path extends string>(
  path: Path,
  summary: string,
): {
  readonly method: 'POST'
  readonly path: `/v1/runs/{run}/${Path}`
  readonly summary: string
  readonly params: typeof run
  readonly response: typeof Run
} {
  return { method: 'POST', path: `/v1/runs/{run}/${path}`, summary, params: run, response: Run }
}

/** Why a command to a run is refused. */
const REFUSED = ['wrong_state', 'comment_missing'] as const

export const pauseRun = route({
  ...verb('pause', 'Pause a run before its next action'),
  permission: 'run.control',
  object: 'params.run',
  body: { reason: Comment },
  errors: REFUSED,
})
export const resumeRun = route({
  ...verb('resume', 'Go on with a paused run'),
  permission: 'run.control',
  object: 'params.run',
  body: { reason: z.optional(Comment) },
  errors: REFUSED,
})
export const abortRun = route({
  ...verb('abort', 'Stop a run, and run what is marked always'),
  permission: 'run.cancel',
  object: 'params.run',
  body: { reason: Comment },
  errors: REFUSED,
})
export const restartRun = route({
  ...verb('restart', 'Go on from a stage or task that was reached before, in the same run'),
  permission: 'run.control',
  object: 'params.run',
  body: { stage: ThingName, task: z.optional(TaskKey), reason: Comment },
  errors: REFUSED,
})
export const retryTask = route({
  ...verb('retry', 'Try a failed task again'),
  permission: 'run.control',
  object: 'params.run',
  body: { stage: ThingName, ...task, ...step, reason: z.optional(Comment) },
  errors: REFUSED,
})
export const skipTask = route({
  ...verb('skip', 'Go on without a failed task'),
  permission: 'run.control',
  object: 'params.run',
  body: { stage: ThingName, ...task, ...step, reason: Comment },
  errors: REFUSED,
})
export const completeTask = route({
  ...verb('complete', 'End a manual task'),
  permission: 'task.complete',
  object: 'params.run',
  body: {
    stage: ThingName,
    ...task,
    outcome: z.enum([OUTCOMES[0], OUTCOMES[1]]),
    reason: z.optional(Comment),
  },
  errors: REFUSED,
})
export const resolveJob = route({
  ...verb('resolve', 'Say what became of a step whose agent was lost'),
  permission: 'step.resolve',
  object: 'params.run',
  body: {
    job: idSchema('job'),
    verdict: z.enum(['ran', 'did_not_run', 'try_again']),
    reason: Comment,
  },
  errors: REFUSED,
})

export const readJobLog = route({
  method: 'GET',
  path: '/v1/runs/{run}/jobs/{job}/log',
  summary: 'Read the log of a job from an offset',
  permission: 'log.read',
  object: 'params.run',
  params: { ...run, job: idSchema('job') },
  query: {
    offset: z.optional(z.int().check(z.minimum(0))),
    /** Wait up to this long for bytes beyond the offset. */
    waitMs: z.optional(z.int().check(z.minimum(0), z.maximum(25_000))),
  },
  response: named(
    'LogPart',
    z.strictObject({
      offset: z.int(),
      /** Where to read on. */
      next: z.int(),
      /** Base64 of the bytes as the command wrote them. */
      bytes: z.string(),
      /** Nothing comes after `next` any more. */
      ended: z.boolean(),
      state: z.string(),
    }),
  ),
  errors: [],
})

export const runRoutes = {
  listRuns,
  showRun,
  pauseRun,
  resumeRun,
  abortRun,
  restartRun,
  retryTask,
  skipTask,
  completeTask,
  resolveJob,
  readJobLog,
} as const
