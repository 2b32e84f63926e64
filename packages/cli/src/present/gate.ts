// A gate: what it lets through, its checks, its approvals, what a decision covers.

import type { Gate } from '../documents.ts'
import { columnOf, counted, fold, padded, shortDigest, spread } from './layout.ts'
import { markOf } from '../terminal/style.ts'
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
    presentOverride(gate, view),
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
  const until = gate.until === null ? '' : presentTime(gate.until, view)
  if (gate.state === 'checking') return `checks ${waited}${until === '' ? '' : `, until ${until}`}`
  return `waits ${waited}${until === '' ? '' : `, approvals expire ${until}`}`
}

function presentBrings(gate: Gate, column: number): string {
  if (gate.brings.length === 0) return ''
  const to = gate.next === null ? 'Lets these go on' : `Lets these go on to ${gate.next}`
  const versions = columnOf(
    gate.brings.map(({ from }) => from ?? 'nothing'),
    12,
  )
  const rows = gate.brings.map(
    ({ application, from, to: version }) =>
      padded(`  ${application}`, column) +
      padded(from ?? 'nothing', versions) +
      (version ?? 'nothing'),
  )
  return [`${padded(to, column)}${padded('from', versions)}to`, ...rows].join('\n')
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
  const { given, need } = countApprovals(gate)
  const rows = gate.approvals.flatMap((approval) =>
    approval.oneFromEach
      ? presentEach(gate, approval, view)
      : presentRow(
          ` ${markOf(approval.state)} ${approval.name}`,
          linesOf(gate, approval, view),
          view,
        ),
  )
  return [`Approvals ${given} of ${need}`, ...rows].join('\n')
}

/** Who overrides it, and why. */
function presentOverride({ override, can, address }: Gate, view: View): string {
  if (override === null) return ''
  const { by, need, until } = override
  const isDone = by.length >= need
  const count = isDone ? 'passed without its approvals' : `${by.length} of ${need}`
  const ends = until === null ? '' : `, counts until ${presentTime(until, view)}`
  const rows = by.flatMap(({ person, at, reason }) =>
    presentRow(
      ' ! overrides it',
      [padded(person, 19) + padded(presentTime(at, view), 8) + `"${reason}"`],
      view,
    ),
  )
  const way =
    can.override && !isDone ? [`  Complete it:  lockstep gate override ${address} -m "…"`] : []
  return [`Break-glass: ${count}${ends}`, ...rows, ...way].join('\n')
}

/** How many people or groups have approved, of how many it takes. */
export function countApprovals({ approvals }: Pick<Gate, 'approvals'>): {
  readonly given: number
  readonly need: number
} {
  return approvals.reduce(
    (sum, { given, need }) => ({
      given: sum.given + Math.min(given, need),
      need: sum.need + need,
    }),
    { given: 0, need: 0 },
  )
}

type Approval = Gate['approvals'][number]

/** One from each: a row for each group, under the name of the rule where there are several. */
function presentEach(gate: Gate, approval: Approval, view: View): string[] {
  const head = gate.approvals.length > 1 ? [`  ${approval.name}, one from each`] : []
  const rows = approval.of.flatMap((name) => {
    const decided = approval.decisions.filter((one) => one.for.includes(name))
    const missing = approval.missing.find((one) => one.name === name)
    const [first] = decided
    const state =
      first === undefined ? approval.state : first.decision === 'reject' ? 'rejected' : 'given'
    const lines = [
      ...decided.map((one) => presentDecided(one, view)),
      ...(missing === undefined ? [] : [waitsFor(approval, missing.people)]),
    ]
    const excluded =
      missing === approval.missing.at(-1) && missing !== undefined ? presentExcluded(gate) : []
    const said = [...lines, ...excluded]
    return presentRow(` ${markOf(state)} ${name}`, said.length === 0 ? [''] : said, view)
  })
  return [...head, ...rows]
}

const ENDED: ReadonlySet<Gate['state']> = new Set(['passed', 'rejected', 'aborted'])

function linesOf(gate: Gate, approval: Approval, view: View): string[] {
  const of = `${approval.need > 1 ? `${approval.need} of ` : ''}${approval.of.join(', ')}`
  const decided = approval.decisions.map((one) => presentDecided(one, view))
  const isOpen =
    approval.state === 'waiting' || (approval.state === 'pending' && !ENDED.has(gate.state))
  const waits = isOpen
    ? [`${of}; ${waitsFor(approval, approval.waitsFor)}`, ...presentExcluded(gate)]
    : []
  const lines = [...decided, ...waits]
  return lines.length === 0 ? [of] : lines
}

function presentDecided(
  { person, decision, at, comment, self }: Approval['decisions'][number],
  view: View,
): string {
  return (
    padded(person, 19) +
    padded(presentTime(at, view), 8) +
    (decision === 'reject' ? 'rejected ' : '') +
    (comment === '' ? '' : `"${comment}"`) +
    (self === null ? '' : ` (${self})`)
  )
}

function waitsFor({ state }: Approval, people: readonly string[]): string {
  if (state === 'pending') return 'asked when what stands before it holds'
  return `waits for: ${people.length === 0 ? 'nobody who can decide' : people.join(', ')}`
}

function presentExcluded(gate: Gate): string[] {
  return gate.excluded.map(({ person, why }) => `not ${person}, who ${whyInWords(why)}`)
}

/** Name and lines beside it, each folded under itself. */
function presentRow(name: string, lines: readonly string[], { width }: View): string[] {
  const lead = padded(` ${name}`, 25)
  return lines.flatMap((line, index) =>
    fold(
      (index === 0 ? lead : ' '.repeat(lead.length)) + line,
      width,
      ' '.repeat(lead.length + 2),
    ).map((text) => text.trimEnd()),
  )
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
          : `If nobody acts: the run waits; approvals expire ${presentTime(gate.until, view)} and are asked for again.`,
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
  starter_cannot_approve: 'who starts a run does not approve it.',
  editor_cannot_approve: 'who edited this does not approve it.',
  owner_of_token_cannot_approve: 'whose token started this does not approve it.',
  not_an_approver: 'you are not among the approvers.',
  approver_role_missing: 'it names you, and you do not hold the role approver there.',
  password_new:
    'your password was chosen again by a link that somebody else has made; you decide an hour later.',
  already_decided: 'you have decided already.',
  gate_not_waiting: 'the gate does not wait for it.',
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
