import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { unknownKind } from './kind.ts'
import * as limits from './limits.ts'
import { titleOf } from './name.ts'
import { preset } from './preset.ts'
import { Reference } from './reference.ts'
import { Rules } from './rule.ts'
import { Tasks } from './task.ts'
import { Condition, Duration, Line, Name, ParameterName, Share, Text } from './value.ts'
import { isZone } from './window.ts'

const Commit = strict('commit trigger', {
  kind: z.literal('commit'),
  repository: Line,
  branch: Line,
  paths: preset(z.array(Line).check(z.maxLength(100)), []),
  supersede: preset(z.boolean(), false),
  apply: preset(z.boolean(), false),
})
const Tag = strict('tag trigger', { kind: z.literal('tag'), repository: Line, pattern: Line })
const Schedule = strict('schedule', {
  kind: z.literal('schedule'),
  cron: z.string().check(
    z.regex(/^(?:[\d*/,A-Za-z-]{1,60} ){4}[\d*/,A-Za-z-]{1,60}$/, {
      error: complain({
        code: 'wrong_time',
        message: 'A schedule has five fields: minute, hour, day, month, weekday.',
      }),
    }),
  ),
  zone: z.string().check(
    z.refine(isZone, {
      error: complain({
        code: 'wrong_time',
        message: 'This is not a time zone, such as Europe/Berlin or UTC.',
      }),
    }),
  ),
})
const NewArtifact = strict('newArtifact trigger', {
  kind: z.literal('new_artifact'),
  component: Name,
})
const After = strict('after trigger', { kind: z.literal('after'), pipeline: Reference })

const TRIGGERS = [Commit, Tag, Schedule, NewArtifact, After] as const
const Trigger = z.discriminatedUnion('kind', TRIGGERS, { error: unknownKind('trigger', TRIGGERS) })
export type TriggerDefinition = z.output<typeof Trigger>

const parameter = { name: ParameterName, title: z.optional(Text) }
const DurationParameter = strict('duration parameter', {
  kind: z.literal('duration'),
  ...parameter,
  default: z.optional(Duration),
})
const ShareParameter = strict('share parameter', {
  kind: z.literal('share'),
  ...parameter,
  default: z.optional(Share),
})
const TextParameter = strict('text parameter', {
  kind: z.literal('text'),
  ...parameter,
  default: z.optional(Text),
  oneOf: z.optional(z.array(Text).check(z.minLength(1), z.maxLength(100))),
}).check(
  z.refine(
    ({ oneOf, default: preset }) =>
      oneOf === undefined || preset === undefined || oneOf.includes(preset),
    {
      error: complain({
        code: 'parameter_wrong_type',
        message: 'The default is not one of the values in oneOf.',
      }),
      path: ['default'],
    },
  ),
)
const PARAMETERS = [DurationParameter, ShareParameter, TextParameter] as const
const Parameter = z.discriminatedUnion('kind', PARAMETERS, {
  error: unknownKind('parameter', PARAMETERS),
})
export type ParameterDefinition = z.output<typeof Parameter>

const Stage = z.pipe(
  strict('stage', {
    kind: z.literal('stage'),
    name: Name,
    title: z.optional(Text),
    environment: z.optional(Reference),
    entry: preset(Rules, []),
    tasks: Tasks,
    exit: preset(Rules, []),
    when: z.optional(Condition),
  }),
  z.transform((stage) => ({ ...stage, title: stage.title ?? titleOf(stage.name) })),
)
export type StageDefinition = z.output<typeof Stage>

/** Pipeline with every default applied. A stage without `environment` is bound by the release that uses the pipeline. */
export const Pipeline = z.pipe(
  strict('pipeline', {
    kind: z.literal('pipeline'),
    name: Name,
    title: z.optional(Text),
    renamedFrom: z.optional(Name),
    on: preset(z.array(Trigger).check(z.maxLength(limits.TRIGGERS_MAX)), []),
    parameters: preset(z.array(Parameter).check(z.maxLength(limits.PARAMETERS_MAX)), []),
    stages: z.array(Stage).check(z.minLength(1), z.maxLength(limits.STAGES_MAX)),
  }),
  z.transform((pipeline) => ({ ...pipeline, title: pipeline.title ?? titleOf(pipeline.name) })),
)
export type PipelineDefinition = z.output<typeof Pipeline>
