// What a gate says about itself: whom it waits on, why not me, and what happens next. UI.md section 7.

import type { Gate } from '../../lib/waiting.ts'
import type { ShownState } from '../../ui/state.ts'
import { approvalsSum } from './gate-line.ts'

type RuleState = Gate['checks'][number]['state']

/** How a rule of a gate is drawn. */
export function shownRule(state: RuleState): ShownState {
  return RULES[state]
}

const RULES: Readonly<Record<RuleState, ShownState>> = {
  pending: 'not_started',
  checking: 'running',
  holds: 'passed',
  failed: 'failed',
  waiting: 'waiting',
  given: 'passed',
  rejected: 'failed',
  overruled: 'warning',
  overridden: 'warning',
}

/** "2 of 3, yours is missing". */
export function approvalsGiven(gate: Pick<Gate, 'approvals' | 'can'>): string {
  const { given, need } = approvalsSum(gate)
  return `${given} of ${need}${gate.can.approve ? ', yours is missing' : ''}`
}

/** What a gate does now, in a few words; the time since then is shown beside it. */
export function standOf({ state, held }: Pick<Gate, 'state' | 'held'>): string {
  if (held !== null) return 'on hold for'
  switch (state) {
    case 'waiting':
      return 'waits'
    case 'checking':
      return 'checks running for'
    case 'passed':
      return 'passed'
    case 'rejected':
      return 'rejected'
    case 'aborted':
      return 'aborted'
    case 'not_reached':
      return 'not reached'
  }
}

/** Whether somebody can still decide something here. */
export function isUndecided({ state }: Pick<Gate, 'state'>): boolean {
  return state === 'waiting' || state === 'checking' || state === 'not_reached'
}

const PEOPLE_SHOWN_MAX = 3

interface Missing {
  readonly who: string
  /** The group for which they would decide, where one of each is asked. */
  readonly of: string | null
}

/**
 * Who is still asked by an approval, in words; of one from each, group by group. Nobody when none is, or the gate has ended.
 * I am "You".
 */
export function missingOf(
  gate: Pick<Gate, 'state'>,
  { state, waitsFor, asks, oneFromEach, missing }: Gate['approvals'][number],
  me: string,
): readonly Missing[] {
  if (!isUndecided(gate) || (state !== 'waiting' && state !== 'pending')) return []
  const people = (names: readonly string[]): string =>
    orOf([
      ...names.filter((one) => one === me).map(() => 'You'),
      ...names.filter((one) => one !== me),
    ])
  if (oneFromEach && missing.length > 0) {
    return missing.map(({ name, people: them }) => {
      const who = people(them)
      return who === '' || who === name ? { who: name, of: null } : { who, of: name }
    })
  }
  return [{ who: people(waitsFor) || asks, of: null }]
}

/** Whom an approval asked that was not decided when the gate ended; null while it can be, and when it was. */
export function unheardOf(
  { state }: Pick<Gate, 'state'>,
  approval: Gate['approvals'][number],
): { readonly who: string; readonly why: string } | null {
  const { asks, given, need, decisions } = approval
  if (state !== 'aborted' && state !== 'rejected') return null
  if (given >= need || decisions.some(({ decision }) => decision === 'reject')) return null
  const end = state === 'aborted' ? 'the run was stopped' : 'the gate was rejected'
  return { who: asks, why: `not decided when ${end}` }
}

function orOf(names: readonly string[]): string {
  const shown = names.slice(0, PEOPLE_SHOWN_MAX)
  const more = names.length - shown.length
  const all = more > 0 ? [...shown, `${more} more`] : shown
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

/** Why I may not approve here, in a sentence; null when I may, have done so, or when nobody can. */
export function whyNotMe(
  gate: Pick<Gate, 'approvals' | 'can' | 'project' | 'state'>,
): string | null {
  if (!isUndecided(gate) || gate.can.approve) return null
  const groups = [...new Set(gate.approvals.flatMap(({ of }) => of))]
  switch (gate.can.why) {
    case 'not_an_approver':
      return groups.length === 0
        ? 'This gate asks nobody: it passes when its checks hold.'
        : `Only ${orOf(groups)} can approve here.`
    case 'approver_role_missing':
      return `This gate names you, and you do not hold the role Approver in ${gate.project}. Whoever gives roles there can give it.`
    case 'password_new':
      return 'Your password was chosen again by a link that somebody else has made. You decide at gates an hour later.'
    case 'starter_cannot_approve':
      return 'You started this run, and who starts a run does not approve it.'
    case 'editor_cannot_approve':
      return 'You changed what this gate lets through, and who changed it does not approve it.'
    case 'owner_of_token_cannot_approve':
      return 'A token of yours started this run, so you could not approve in any case.'
    case 'person_required':
      return 'Only a person who is signed in can approve here.'
    case null:
    default:
      return null
  }
}

/** One sentence about what happens when somebody approves now, or what has happened. */
export function whatNext(gate: Gate): string {
  const next = gate.next ?? 'The run'
  const begins = gate.next === null ? 'the run ends' : `${gate.next} begins`
  if (gate.held !== null) return 'The gate is on hold. It goes on when somebody resumes it.'
  switch (gate.state) {
    case 'passed':
      return `The gate has passed. ${gate.next === null ? 'Nothing is behind it.' : `${next} goes on by itself.`}`
    case 'rejected':
      return 'The run waits here: judge the gate again, go back to an earlier stage, or abort the run.'
    case 'aborted':
      return 'The run was stopped before anybody decided here.'
    case 'not_reached':
      return 'The run has not come here yet.'
    case 'checking':
    case 'waiting':
      return whatNextOf(gate, begins)
  }
}

function whatNextOf(gate: Gate, begins: string): string {
  const { given, need } = approvalsSum(gate)
  const isOverridden = gate.approvals.some(({ state }) => state === 'overridden')
  const missing = isOverridden ? 0 : need - given - (gate.can.approve ? 1 : 0)
  const isChecking = gate.checks.some(({ state }) => state === 'checking' || state === 'pending')
  if (missing > 0) {
    const after = gate.can.approve ? 'After yours ' : ''
    const count = missing === 1 ? 'one approval is missing' : `${missing} approvals are missing`
    return `${after}${after === '' ? `${count.charAt(0).toUpperCase()}${count.slice(1)}` : count}; then ${begins}.`
  }
  if (isChecking) {
    return gate.can.approve
      ? `Checks still run. Approve now, and the gate passes by itself when they hold: ${begins}.`
      : `When its checks hold, the gate passes by itself: ${begins}.`
  }
  return gate.can.approve
    ? `Yours is the last approval: the gate passes, and ${begins}.`
    : `Then ${begins}.`
}

/** Who ended the gate or decided last, when that was somebody else: for those who come a moment later. */
export function fasterThan(
  gate: Pick<Gate, 'history'>,
  me: string,
): Gate['history'][number] | null {
  const [last] = gate.history.filter(
    ({ decision }) => decision === 'approve' || decision === 'reject',
  )
  return last === undefined || last.person === me ? null : last
}
