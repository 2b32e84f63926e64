// The rules of gates: checks, which nobody decides, and approvals, which people do.

import { referenceTo, type Application, type Pipeline } from './definition.ts'
import type { Approver, Group } from './people.ts'
import { placed } from './place.ts'
import {
  present,
  typed,
  type AtLeastOne,
  type Branded,
  type Cel,
  type Duration,
  type Share,
  type Value,
} from './value.ts'

/** A rule that is judged by itself. */
export interface Check extends Branded<'check'> {
  readonly name: string
}
/** A rule that people decide. */
export interface Approval extends Branded<'approval'> {
  readonly name: string
}
/** Rules that are judged at the same time. */
export interface RuleGroup extends Branded<'rule group'> {
  readonly rules: Rules
}
export type Rule = Check | Approval | RuleGroup
/** The rules of a gate or of a hold, top to bottom. */
export type Rules = readonly Rule[]

type Who =
  | { by: AtLeastOne<Approver>; need?: number; oneFromEach?: never }
  | { oneFromEach: AtLeastOne<Group>; by?: never; need?: never }

/** An approval: `need` of those in `by` (1 when it is not written), or one from each group. */
export function approval(
  name: string,
  who: Who & {
    /** 7 d when it is not written. */
    expires?: Duration
    onReject?: 'wait' | 'continue'
  },
): Approval {
  return typed(placed(present({ kind: 'approval', name, ...who }), approval))
}

/** How long a check may take to hold, and how often it is asked. Without `within`: as long as it takes. */
export interface Poll {
  within?: Duration
  every?: Duration
}

/** Every task of the stage succeeded. */
export function allTasksPassed(): Check {
  return typed(placed({ kind: 'all_tasks_passed' }, allTasksPassed))
}
/** The test reports of the stage. */
export function tests(settings?: {
  passRate?: Share
  noNewFailures?: boolean
  suite?: string
}): Check {
  return typed(placed(present({ kind: 'tests', ...settings }), tests))
}
/** Every artifact is signed, and has a bill of materials if asked for. */
export function signed(settings?: { sbom?: boolean }): Check {
  return typed(placed(present({ kind: 'signed', ...settings }), signed))
}
/** What is brought fits what is there, at every step of the way. */
export function compatible(settings?: Poll): Check {
  return typed(placed(present({ kind: 'compatible', ...settings }), compatible))
}
/** Everything in the environment is healthy. */
export function healthy(): Check {
  return typed(placed({ kind: 'healthy' }, healthy))
}
/** At least this share of the fleet verifiably runs the application's new version. */
export function fleetVerified(of: Application, share: Value<Share>, settings?: Poll): Check {
  const application = referenceTo(of)
  return typed(
    placed(present({ kind: 'fleet_verified', application, share, ...settings }), fleetVerified),
  )
}

type Limit = { below: number; above?: never } | { above: number; below?: never }
type Reading =
  | { promql: string; json?: never; field?: never }
  /** A page of JSON and where the number stands in it: `'errors.percent'`. */
  | { json: string; field: string; promql?: never }

/** A number that stays under or over a limit, for as long as `for` says. */
export function metric(
  name: string,
  settings: Poll & Reading & Limit & { for?: Value<Duration> },
): Check {
  return typed(placed(present({ kind: 'metric', name, ...settings }), metric))
}
/** A page answers with this status, 200 when it is not written. */
export function http(url: string, settings?: Poll & { status?: number }): Check {
  return typed(placed(present({ kind: 'http', url, ...settings }), http))
}
/** The environment's change window of this name is open for beginning. */
export function inWindow(name: string): Check {
  return typed(placed({ kind: 'in_window', window: name }, inWindow))
}
/** The newest run of another pipeline passed. */
// oxlint-disable-next-line typescript/no-explicit-any -- any pipeline, whatever its stages
export function passed(of: Pipeline<any, any>, settings?: Poll): Check {
  const pipeline = referenceTo(of)
  return typed(placed(present({ kind: 'passed', pipeline, ...settings }), passed))
}
/** A condition holds. */
export function that(name: string, condition: Cel, settings?: Poll): Check {
  return typed(placed(present({ kind: 'that', name, condition, ...settings }), that))
}
