// The tasks of a stage: work on agents, work with a snapshot, people, waiting, and groups of tasks.

import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { unknownKind } from './kind.ts'
import * as limits from './limits.ts'
import { preset } from './preset.ts'
import {
  OnError,
  OnLost,
  oneOfForAndUntil,
  STEP_TIMEOUT,
  waitFields,
  waitForFields,
  waitName,
} from './process.ts'
import { Approver, Reference } from './reference.ts'
import {
  ArgumentList,
  atMost,
  Condition,
  Duration,
  Env,
  Line,
  Name,
  ParameterName,
  ParameterRef,
  Text,
  Words,
} from './value.ts'

/** How long a build or a test may take when nobody says otherwise. */
export const WORK_TIMEOUT = '24h'

const common = {
  when: z.optional(Condition),
  noOutput: z.optional(Duration),
  always: preset(z.boolean(), false),
  onError: OnError,
  onLost: OnLost,
}
/** Tasks made of steps end when their steps end; a timeout is theirs only when it is written. */
const whole = { ...common, timeout: z.optional(Duration) }
const given = { name: z.optional(Words) }

/** The repository that the work is done in; without it, the one that the run comes from. */
const Source = strict('source', { repository: Line })

const work = {
  agent: z.optional(Line),
  env: preset(Env, {}),
  source: z.optional(Source),
  ...common,
}
const matrix = z.optional(
  z
    .record(Words, z.array(Line).check(z.minLength(1), z.maxLength(limits.MATRIX_VALUES_MAX)))
    .check(atMost(limits.MATRIX_AXES_MAX, 'axes of a matrix')),
)

const Build = z.pipe(
  strict('build', {
    kind: z.literal('build'),
    ...given,
    application: Reference,
    run: ArgumentList,
    version: Line,
    artifacts: z.record(Name, Line).check(
      z.refine((artifacts) => Object.keys(artifacts).length > 0, {
        error: complain({ code: 'too_few', message: 'A build makes at least one artifact.' }),
      }),
      atMost(limits.COMPONENTS_MAX, 'artifacts'),
    ),
    sbom: z.optional(Line),
    report: z.optional(Line),
    matrix,
    ...work,
    timeout: preset(Duration, WORK_TIMEOUT),
  }),
  namedAfterApplication('build'),
)
const Test = strict('test', {
  kind: z.literal('test'),
  name: Words,
  run: ArgumentList,
  report: z.optional(Line),
  matrix,
  ...work,
  timeout: preset(Duration, WORK_TIMEOUT),
})
const Command = strict('command', {
  kind: z.literal('command'),
  name: Words,
  argv: ArgumentList,
  ...work,
  timeout: preset(Duration, STEP_TIMEOUT),
})

const Snapshot = z.pipe(
  strict('snapshot', { kind: z.literal('snapshot'), ...given, application: Reference }),
  namedAfterApplication('snapshot'),
)

const REASON_RULE =
  "Accepting what cannot be undone needs a reason in words: acceptIrreversible: 'Why this is right now.'"
const Reason = z.string({ error: complain({ code: 'no_reason', message: REASON_RULE }) }).check(
  z.refine((text) => text.trim().length >= 3, {
    error: complain({ code: 'no_reason', message: REASON_RULE }),
  }),
  z.maxLength(limits.TEXT_LENGTH_MAX),
)
const Deploy = z.pipe(
  strict('deploy', {
    kind: z.literal('deploy'),
    ...given,
    application: Reference,
    force: preset(z.boolean(), false),
    acceptIrreversible: z.optional(Reason),
    ...whole,
  }),
  namedAfterApplication('deploy'),
)
const Prepare = z.pipe(
  strict('prepare', { kind: z.literal('prepare'), ...given, application: Reference, ...whole }),
  namedAfterApplication('prepare'),
)
const Rollback = z.pipe(
  strict('rollback', {
    kind: z.literal('rollback'),
    ...given,
    application: Reference,
    to: z.optional(Line),
    ...whole,
  }),
  namedAfterApplication('roll back'),
)
const RunProcess = z.pipe(
  strict('runProcess', {
    kind: z.literal('run_process'),
    ...given,
    application: Reference,
    process: Name,
    ...whole,
  }),
  z.transform((task) => ({
    ...task,
    name: task.name ?? `${task.process} ${task.application.name}`,
  })),
)
const RunPipeline = z.pipe(
  strict('runPipeline', {
    kind: z.literal('run_pipeline'),
    ...given,
    pipeline: Reference,
    parameters: preset(
      z
        .record(ParameterName, z.union([z.string(), z.number(), ParameterRef]))
        .check(atMost(limits.PARAMETERS_MAX, 'parameters')),
      {},
    ),
    ...whole,
  }),
  z.transform((task) => ({ ...task, name: task.name ?? `run ${task.pipeline.name}` })),
)

const Manual = strict('manual task', {
  kind: z.literal('manual'),
  name: Words,
  by: z.array(Approver).check(z.minLength(1), z.maxLength(limits.APPROVERS_MAX)),
  instructions: Text,
})
const MailAddress = z.string().check(
  z.regex(/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/, {
    error: complain({
      code: 'wrong_value',
      message: 'This is not a mail address, a group or a user.',
    }),
  }),
)
const Notify = strict('notify', {
  kind: z.literal('notify'),
  name: Words,
  to: z
    .array(
      z.union([Approver, MailAddress], {
        error: complain({
          code: 'wrong_value',
          message: 'This is not a mail address, a group or a user.',
        }),
      }),
    )
    .check(z.minLength(1), z.maxLength(limits.APPROVERS_MAX)),
  text: Text,
})
const WaitFor = z.pipe(
  strict('waitFor', waitForFields),
  z.transform((task) => ({ ...task, name: task.name ?? waitName(task.check) })),
)
const Wait = strict('wait', waitFields).check(oneOfForAndUntil)

const TASKS = [
  Build,
  Test,
  Command,
  Snapshot,
  Deploy,
  Prepare,
  Rollback,
  RunProcess,
  RunPipeline,
  Manual,
  Notify,
  WaitFor,
  Wait,
] as const
const SingleTask = z.discriminatedUnion('kind', TASKS)

/** A task that is not a group. */
export type SingleTaskDefinition = z.output<typeof SingleTask>
/** Tasks that run at the same time, or one after another, inside a list or another group. */
export type TaskGroupDefinition = {
  kind: 'side_by_side' | 'one_after_another'
  name: string
  tasks: TaskDefinition[]
}
export type TaskDefinition = SingleTaskDefinition | TaskGroupDefinition
/** A task of one kind: `TaskOf<'deploy'>`. */
export type TaskOf<K extends SingleTaskDefinition['kind']> = Extract<
  SingleTaskDefinition,
  { kind: K }
>

const TaskGroup = strict('group', {
  kind: z.enum(['side_by_side', 'one_after_another']),
  name: Words,
  tasks: z.lazy((): z.ZodMiniType<TaskDefinition[]> => Tasks),
})
const Task: z.ZodMiniType<TaskDefinition> = z.discriminatedUnion('kind', [...TASKS, TaskGroup], {
  error: unknownKind('task', [...TASKS, TaskGroup]),
})

/** Tasks in the order in which they run. */
export const Tasks: z.ZodMiniType<TaskDefinition[]> = z
  .array(Task)
  .check(z.minLength(1), z.maxLength(limits.TASKS_MAX))

function namedAfterApplication<
  T extends { name?: string | undefined; application: { name: string } },
>(verb: string) {
  return z.transform((task: T) => ({
    ...task,
    name: task.name ?? `${verb} ${task.application.name}`,
  }))
}
