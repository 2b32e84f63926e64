// The gates in the view of a run.

import type { GateSummary } from '../documents.ts'
import { markOf } from '../terminal/style.ts'
import { counted, fold, NAME_COLUMN, padded, row, WIDE_MIN } from './layout.ts'
import { presentTime, type View } from './time.ts'

/** A gate of a run with its rules; where there is room, the approvals beside the checks. */
export function presentRunGate(title: string, gate: GateSummary, view: View): string[] {
  const mark = markOf(gate.state)
  const checksHold = `${gate.checksHold} of ${counted(gate.checks, 'check')}`
  const given = `${gate.approvalsGiven} of ${counted(gate.approvals, 'approval')}`
  const parts = [...(gate.checks > 0 ? [checksHold] : []), ...(gate.approvals > 0 ? [given] : [])]
  if (gate.state === 'not_reached') return [row(`${mark} ${title}`, amountsOf(gate) || 'no rules')]
  if (gate.state === 'passed') {
    const short = gate.rules.map(({ name, state }) => `${name} ${markOf(state)}`).join('   ')
    const fits = NAME_COLUMN + short.length <= view.width
    return [row(`${mark} ${title}`, short === '' ? 'no rules' : fits ? short : parts.join(', '))]
  }
  const reason =
    gate.reason === null || gate.reason === '' ? [] : fold(`  ${gate.reason}`, view.width, '  ')
  const beside = presentBeside(row(`${mark} ${title}`, checksHold), given, gate, view)
  const [first = '', ...rules] = beside ?? [
    row(`${mark} ${title}`, parts.join(', ')),
    ...gate.rules.map((rule) => ruleRow(rule, view)),
  ]
  return [first, ...reason, ...rules]
}

/** Where approvals begin beside the checks, and what they say beside their names. */
const APPROVALS_COLUMN = 64
const APPROVAL_NAME_COLUMN = 20

/** Checks on the left, approvals on the right; until when they wait is said once, at the top. Undefined: there is no room. */
function presentBeside(
  head: string,
  given: string,
  gate: GateSummary,
  view: View,
): string[] | undefined {
  const checks = gate.rules.filter(({ kind }) => kind === 'check')
  const approvals = gate.rules.filter(({ kind }) => kind === 'approval')
  const [until, ...others] = new Set(approvals.flatMap((rule) => rule.until ?? []))
  const told = until === undefined ? given : `${given}, until ${presentTime(until, view)}`
  const left = [head, ...checks.map((rule) => ruleRow(rule, view))]
  const right = [
    told,
    ...approvals.map(
      (rule) =>
        padded(`${markOf(rule.state)} ${rule.name}`, APPROVAL_NAME_COLUMN) + ruleWords(rule, ''),
    ),
  ]
  const fits =
    view.width >= WIDE_MIN &&
    others.length === 0 &&
    left.every((line) => line.length + 2 <= APPROVALS_COLUMN) &&
    right.every((line) => APPROVALS_COLUMN + line.length <= view.width)
  if (!fits || checks.length === 0 || approvals.length === 0) return undefined
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    right[at] === undefined
      ? (left[at] ?? '')
      : padded(left[at] ?? '', APPROVALS_COLUMN) + right[at],
  )
}

type Rule = GateSummary['rules'][number]

function ruleRow(rule: Rule, view: View): string {
  const until = rule.until === null ? '' : `, until ${presentTime(rule.until, view)}`
  return row(`  ${markOf(rule.state)} ${rule.name}`, ruleWords(rule, until))
}

/** What a check has seen; who has decided, and whom it still waits for. */
function ruleWords(rule: Rule, until: string): string {
  const people = rule.decided.join(', ')
  if (rule.kind !== 'approval' || rule.state !== 'waiting') {
    return people === '' ? rule.evidence : people
  }
  const waits = `waits for ${rule.missing.join(', ')}${until}`
  return people === '' ? waits : `${rule.evidence}, ${people}; ${waits}`
}

/** `4 checks, 3 approvals` */
export function amountsOf(gate: GateSummary): string {
  return [
    ...(gate.checks > 0 ? [counted(gate.checks, 'check')] : []),
    ...(gate.approvals > 0 ? [counted(gate.approvals, 'approval')] : []),
  ].join(', ')
}
