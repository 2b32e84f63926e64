// The steps of a process: of a component on hosts, or of an application over its components.

import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { unknownKind } from './kind.ts'
import * as limits from './limits.ts'
import { preset } from './preset.ts'
import { Check, type CheckDefinition } from './rule.ts'
import {
  ArgumentList,
  atMost,
  Condition,
  Count,
  Duration,
  DurationValue,
  Env,
  Line,
  Name,
  Words,
} from './value.ts'
import { isDateOrTime } from './window.ts'

/** How long a step may take when nobody says otherwise. */
export const STEP_TIMEOUT = '1h'

/** What is done when a step or task fails. */
export const OnError = preset(
  z.union(
    [
      z.enum(['stop', 'continue', 'ask']),
      z.strictObject({ retry: z.number().check(z.int(), z.gte(1), z.lte(100)), every: Duration }),
    ],
    {
      error: complain({
        code: 'wrong_value',
        message: "onError is 'stop', 'continue', 'ask', or { retry: 2, every: '10s' }.",
      }),
    },
  ),
  'stop',
)
export const OnLost = preset(z.enum(['ask', 'retry']), 'ask')

const common = {
  needs: z.optional(z.array(Words).check(z.maxLength(limits.STEPS_MAX))),
  when: z.optional(Condition),
  timeout: preset(Duration, STEP_TIMEOUT),
  noOutput: z.optional(Duration),
  always: preset(z.boolean(), false),
  onError: OnError,
  onLost: OnLost,
  runOn: preset(
    z.union([z.enum(['every', 'one']), z.strictObject({ atOnce: Count })], {
      error: complain({
        code: 'wrong_value',
        message: "runOn is 'every', 'one', or { atOnce: 2 }.",
      }),
    }),
    'every',
  ),
}

const ArtifactStep = strict('artifact step', {
  kind: z.literal('artifact'),
  name: Words,
  into: Line,
  ...common,
})
const CommandStep = strict('command step', {
  kind: z.literal('command'),
  name: Words,
  argv: ArgumentList,
  env: preset(Env, {}),
  ...common,
})
const ScriptStep = strict('script step', {
  kind: z.literal('script'),
  name: Words,
  text: z.string().check(z.minLength(1), z.maxLength(limits.SCRIPT_LENGTH_MAX)),
  env: preset(Env, {}),
  ...common,
})
/** A step of an application process that runs a process of one component, wherever the tier map puts it. */
const ComponentStep = z.pipe(
  strict('componentStep', {
    kind: z.literal('component_step'),
    name: z.optional(Words),
    component: Name,
    process: preset(Name, 'deploy'),
    ...common,
  }),
  z.transform((step) => ({ ...step, name: step.name ?? step.component })),
)

const until = z.string().check(
  z.refine(isDateOrTime, {
    error: complain({
      code: 'wrong_time',
      message: 'A time is a date, 2026-12-18, or carries its zone: 2026-11-18T06:00+01:00.',
    }),
  }),
)
/** A date, or a time with its zone. */
export const DateOrTime = until

/** `wait for` and the name of the check. */
export function waitName(check: CheckDefinition): string {
  return `wait for ${check.name}`.slice(0, limits.WORDS_LENGTH_MAX)
}

/** What waiting has in stages and in processes. */
export const waitForFields = { kind: z.literal('wait_for'), name: z.optional(Words), check: Check }
export const waitFields = {
  kind: z.literal('wait'),
  name: Words,
  for: z.optional(DurationValue),
  until: z.optional(DateOrTime),
}
export const oneOfForAndUntil = z.refine<{ for?: unknown; until?: unknown }>(
  (wait) => (wait.for === undefined) !== (wait.until === undefined),
  {
    error: complain({
      code: 'missing_field',
      message: 'A wait has one end: for, a duration, or until, a time.',
    }),
  },
)

const WaitForStep = z.pipe(
  strict('waitFor', { ...waitForFields, needs: common.needs }),
  z.transform((step) => ({ ...step, name: step.name ?? waitName(step.check) })),
)
const WaitStep = strict('wait', { ...waitFields, needs: common.needs }).check(oneOfForAndUntil)

const STEPS = [ArtifactStep, CommandStep, ScriptStep, ComponentStep, WaitForStep, WaitStep] as const

const Step = z.discriminatedUnion('kind', STEPS, { error: unknownKind('step', STEPS) })
type WrittenStep = z.output<typeof Step>

/** A step with everything decided: `needs` names exactly the steps that must be done before. */
export type StepDefinition = WrittenStep & { needs: string[] }
/** A step of one kind: `StepOf<'command'>`. */
export type StepOf<K extends StepDefinition['kind']> = Extract<StepDefinition, { kind: K }>

/** Steps in the order written; each needs the one before it unless it says otherwise. */
export const Steps = z.pipe(
  z.array(Step).check(z.minLength(1), z.maxLength(limits.STEPS_MAX)),
  z.transform((steps): StepDefinition[] =>
    steps.map((step, index) => ({ ...step, needs: step.needs ?? namesBefore(steps, index) })),
  ),
)

/** Processes by name. */
export const Processes = z.record(Name, Steps).check(atMost(limits.PROCESSES_MAX, 'processes'))

function namesBefore(steps: readonly WrittenStep[], index: number): string[] {
  const before = steps[index - 1]
  return before === undefined ? [] : [before.name]
}
