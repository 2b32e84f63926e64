// The rules of a gate. A rule is a check, an approval, or a group of rules that are judged side by side.

import * as z from 'zod/mini'

import { complain, strict } from './complaint.ts'
import { unknownKind } from './kind.ts'
import * as limits from './limits.ts'
import { preset } from './preset.ts'
import { Approver, GroupApprover, presentReference, Reference } from './reference.ts'
import {
  Address,
  Condition,
  Count,
  Duration,
  DurationValue,
  Line,
  Share,
  ShareValue,
  Text,
  Words,
} from './value.ts'

/** How often a check asks again when nobody says otherwise. */
export const CHECK_EVERY = '30s'

/** Without `within` a check is asked until it holds. */
const poll = { within: z.optional(Duration), every: preset(Duration, CHECK_EVERY) }
const given = { name: z.optional(Words) }

function named<T extends { name?: string | undefined }>(nameOf: (value: T) => string) {
  return z.transform((value: T) => ({ ...value, name: value.name ?? nameOf(value) }))
}

export const Approval = strict('approval', {
  kind: z.literal('approval'),
  name: Words,
  by: preset(z.array(Approver).check(z.maxLength(limits.APPROVERS_MAX)), []),
  need: preset(Count, 1),
  oneFromEach: preset(z.array(GroupApprover).check(z.maxLength(limits.APPROVERS_MAX)), []),
  expires: preset(Duration, '7d'),
  onReject: preset(z.enum(['wait', 'continue']), 'wait'),
})
export type ApprovalDefinition = z.output<typeof Approval>

const AllTasksPassed = z.pipe(
  strict('allTasksPassed', { kind: z.literal('all_tasks_passed'), ...given }),
  named(() => 'All tasks passed'),
)
const Tests = z.pipe(
  strict('tests check', {
    kind: z.literal('tests'),
    ...given,
    passRate: z.optional(Share),
    noNewFailures: preset(z.boolean(), false),
    suite: z.optional(Words),
  }),
  named((check) => (check.suite === undefined ? 'Tests' : `Tests of ${check.suite}`)),
)
const Signed = z.pipe(
  strict('signed check', {
    kind: z.literal('signed'),
    ...given,
    sbom: preset(z.boolean(), false),
  }),
  named((check) => (check.sbom ? 'Signed with SBOM' : 'Signed')),
)
const Compatible = z.pipe(
  strict('compatible check', { kind: z.literal('compatible'), ...given, ...poll }),
  named(() => 'Compatible'),
)
const Healthy = z.pipe(
  strict('healthy check', { kind: z.literal('healthy'), ...given, ...poll }),
  named(() => 'Environment healthy'),
)
const FleetVerified = z.pipe(
  strict('fleetVerified check', {
    kind: z.literal('fleet_verified'),
    ...given,
    application: Reference,
    share: ShareValue,
    ...poll,
  }),
  named((check) => {
    const share = typeof check.share === 'string' ? check.share : check.share.parameter
    return `${check.application.name} verified on ${share}`
  }),
)
const Metric = strict('metric check', {
  kind: z.literal('metric'),
  name: Words,
  promql: z.optional(Text),
  json: z.optional(Address),
  field: z.optional(Line),
  below: z.optional(z.number()),
  above: z.optional(z.number()),
  for: z.optional(DurationValue),
  ...poll,
}).check(
  z.refine((check) => (check.promql === undefined) !== (check.json === undefined), {
    error: complain({
      code: 'missing_field',
      message: 'A metric is read by promql, or by json with field: one of them.',
    }),
  }),
  z.refine((check) => (check.json === undefined) === (check.field === undefined), {
    error: complain({
      code: 'missing_field',
      message: 'A metric read by json needs the field that holds the number.',
    }),
  }),
  z.refine((check) => (check.below === undefined) !== (check.above === undefined), {
    error: complain({ code: 'missing_field', message: 'A metric has one limit: below or above.' }),
  }),
)
export const Http = z.pipe(
  strict('http check', {
    kind: z.literal('http'),
    ...given,
    url: Address,
    status: preset(z.number().check(z.int(), z.gte(100), z.lte(599)), 200),
    ...poll,
  }),
  named((check) => check.url.slice(0, limits.WORDS_LENGTH_MAX)),
)
export type HttpCheckDefinition = z.output<typeof Http>
const InWindow = z.pipe(
  strict('inWindow check', { kind: z.literal('in_window'), ...given, window: Words, ...poll }),
  named((check) => `In window ${check.window}`.slice(0, limits.WORDS_LENGTH_MAX)),
)
const Passed = z.pipe(
  strict('passed check', { kind: z.literal('passed'), ...given, pipeline: Reference, ...poll }),
  named((check) => `${presentReference(check.pipeline)} passed`.slice(0, limits.WORDS_LENGTH_MAX)),
)
const That = strict('check', {
  kind: z.literal('that'),
  name: Words,
  condition: Condition,
  ...poll,
})

const CHECKS = [
  AllTasksPassed,
  Tests,
  Signed,
  Compatible,
  Healthy,
  FleetVerified,
  Metric,
  Http,
  InWindow,
  Passed,
  That,
] as const

/** A check: a rule that nobody has to decide. */
export const Check = z.discriminatedUnion('kind', CHECKS, {
  error: unknownKind('check', CHECKS),
})
export type CheckDefinition = z.output<typeof Check>

/** Rules that are judged at the same time; all of them must hold. */
export type RuleGroupDefinition = { kind: 'side_by_side'; rules: RuleDefinition[] }
export type RuleDefinition = CheckDefinition | ApprovalDefinition | RuleGroupDefinition

const RuleGroup = strict('group', {
  kind: z.literal('side_by_side'),
  rules: z.lazy((): z.ZodMiniType<RuleDefinition[]> => Rules),
})

export const Rule: z.ZodMiniType<RuleDefinition> = z.discriminatedUnion(
  'kind',
  [...CHECKS, Approval, RuleGroup],
  { error: unknownKind('rule', [...CHECKS, Approval, RuleGroup]) },
)

/** The rules of a gate or a hold, judged top to bottom. */
export const Rules: z.ZodMiniType<RuleDefinition[]> = z
  .array(Rule)
  .check(z.maxLength(limits.RULES_MAX))
