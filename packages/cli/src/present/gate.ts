// A gate: what it lets through, its checks, its approvals, what a decision covers.

import type { Gate } from '../documents.ts'
import { counted, fold, padded, shortDigest, spread } from './layout.ts'
import { markOf } from './run.ts'
import { msOf, presentTime, presentWait, type View } from './time.ts'

/** Names are at most as wide as leaves room for what stands beside them. */
const nameColumn = (width: number): number => (width < 100 ? 34 : 62)

/** The view of `gate show`. */
export function presentGate(gate: Gate, view: View): string {
  const column = nameColumn(view.width)
  const title = spread(gate.title, presentStanding(gate, view), view.width)
  const parts = [
    title,
    presentBrings(gate, column),
    presentChecks(gate, column),
    presentApprovals(gate, view),
  ]
  return [...parts, presentEnd(gate, view)].filter((part) => part !== '').join('\n\n')
}

function presentStanding(gate: Gate, view: View): string {
  if (gate.held !== null)
    return `on hold since ${presentTime(gate.held.at, view)}, by ${gate.held.by}`
  if (gate.state !== 'waiting' && gate.state !== 'checking') {
    return `${gate.state === 'not_reached' ? 'not reached' : gate.state} ${presentTime(gate.since, view)}`
  }
  const waited = presentWait(view.nowMs - msOf(gate.since))
  const until = gate.until === null ? '' : `, approvals expire ${presentTime(gate.until, view)}`
  return `${gate.state === 'waiting' ? 'waits' : 'checks'} ${waited}${until}`
}

function presentBrings(gate: Gate, column: number): string {
  if (gate.brings.length === 0) return ''
  const to = gate.next === null ? 'Lets these go on' : `Lets these go on to ${gate.next}`
  const rows = gate.brings.map(
    ({ application, from, to: version }) =>
      padded(`  ${application}`, column) + padded(from ?? 'nothing', 12) + (version ?? 'nothing'),
  )
  return [`${padded(to, column)}${padded('from', 12)}to`, ...rows].join('\n')
}

function presentChecks(gate: Gate, column: number): string {
  if (gate.checks.length === 0) return ''
  const holding = gate.checks.filter(({ state }) => state === 'holds').length
  const rows = gate.checks.map(({ name, state, evidence }) =>
    (padded(`  ${markOf(state)} ${name}`, column) + evidence).trimEnd(),
  )
  return [`Checks ${holding} of ${gate.checks.length}`, ...rows].join('\n')
}

function presentApprovals(gate: Gate, view: View): string {
  if (gate.approvals.length === 0) return ''
  const given = gate.approvals.filter(({ state }) => state === 'given').length
  const rows = gate.approvals.flatMap((approval) => presentApproval(gate, approval, view))
  return [`Approvals ${given} of ${gate.approvals.length}`, ...rows].join('\n')
}

function presentApproval(gate: Gate, approval: Gate['approvals'][number], view: View): string[] {
  const of = `${approval.oneFromEach ? 'one each of ' : approval.need > 1 ? `${approval.need} of ` : ''}${approval.of.join(', ')}`
  const name = padded(`  ${markOf(approval.state)} ${approval.name}`, 25)
  const decided = approval.decisions.map(
    ({ person, decision, at, comment, self }) =>
      padded(person, 19) +
      padded(presentTime(at, view), 8) +
      (decision === 'reject' ? 'rejected ' : '') +
      (comment === '' ? '' : `"${comment}"`) +
      (self === null ? '' : ` (${self})`),
  )
  const waits =
    approval.state === 'waiting' || approval.state === 'pending'
      ? [
          `${of}; waits for: ${approval.waitsFor.length === 0 ? 'nobody who can decide' : approval.waitsFor.join(', ')}`,
        ]
      : []
  const excluded =
    waits.length === 0
      ? []
      : gate.excluded.map(({ person, why }) => `not ${person}: ${whyInWords(why)}`)
  const lines = [...decided, ...waits, ...excluded]
  if (lines.length === 0) return [`${name}${of}`]
  return lines.flatMap((line, index) => {
    const lead = index === 0 ? name : ' '.repeat(name.length)
    return fold(lead + line, view.width, ' '.repeat(name.length + 2)).map((text) => text.trimEnd())
  })
}

function presentEnd(gate: Gate, view: View): string {
  const brought = gate.brings.length === 0 ? '' : `${counted(gate.brings.length, 'snapshot')}, `
  const covers =
    gate.covers === null
      ? []
      : [
          `Covers ${shortDigest(gate.covers)}   ${brought}plan, parameters and the rules of this gate`,
        ]
  const held = gate.held === null ? [] : [`On hold: ${gate.held.reason}`]
  const reason = gate.reason === '' ? [] : [capital(gate.reason)]
  const isOpen = gate.state === 'waiting'
  const silence = !isOpen
    ? []
    : [
        gate.until === null
          ? 'If nobody acts: the run waits.'
          : `If nobody acts: the run waits; ${presentTime(gate.until, view)} approvals expire and are asked for again.`,
      ]
  const why =
    isOpen && gate.can.why !== null ? [`You cannot approve it: ${whyInWords(gate.can.why)}`] : []
  return [...covers, ...held, ...reason, ...silence, ...why].join('\n')
}

/** What a person is told before they are asked whether to approve. */
export function presentDecision(gate: Gate): string {
  const brought = gate.brings
    .map(({ application, to }) => `${application} ${to ?? 'nothing'}`)
    .join(' · ')
  const where = gate.next === null ? '' : ` to ${gate.next}`
  return `You let go${where}:  ${brought === '' ? 'this run, which brings no snapshot' : brought}`
}

const REASONS: Readonly<Record<string, string>> = {
  starter_cannot_approve: 'who starts a run does not approve it',
  editor_cannot_approve: 'who edited this does not approve it',
  owner_of_token_cannot_approve: 'whose token started this does not approve it',
  not_an_approver: 'not among the approvers',
  already_decided: 'has decided already',
  gate_not_waiting: 'the gate does not wait',
  starter: 'started the run',
  editor: 'edited what goes through',
  token_owner: 'owns the token that started the run',
}

function whyInWords(why: string): string {
  return REASONS[why] ?? why
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
