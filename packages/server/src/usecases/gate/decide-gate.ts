// A person decides about a gate, who is named by it and holds the role for it: approve, reject, withdraw, hold. The decision is bound to the digest that they were shown.

import {
  canDecide,
  decidableRules,
  whySettled,
  type Actor,
  type Decider,
  type Digest,
  type GateDecision,
  type GateRunRefusal,
  type GateRunState,
  type RunPlan,
  type UserId,
} from '@lockstep/domain'

import { readCovers } from '../../planning/gate-covers.ts'
import { nameOf, type Names } from '../../postgres/read/names.ts'
import { readDecider, type GateSpot } from '../../postgres/read/voices.ts'
import type { ReactorPort, Target } from '../../ports/reactor.ts'
import { PEOPLE_GUARD, readEpoch } from '../../postgres/guards.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import { no, done, type Outcome } from '../outcome.ts'
import { sentenceOf } from '../run/refusal-sentences.ts'

export interface DecideDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'submit'>
}

/** A gate that somebody looks at. */
export interface GatePlace {
  readonly target: Target
  /** Where the role counts that decides. */
  readonly spot: GateSpot
  readonly state: GateRunState
  readonly plan: RunPlan
  /** As people say it: `Staging exit gate of Connected Car 2.0, run 7`. */
  readonly title: string
  /** The project that its run belongs to, and the people whom it names. */
  readonly project: string
  readonly names: Names
}

export type DecisionProblem =
  | 'not_an_approver'
  | 'approver_role_missing'
  | 'password_new'
  | 'starter_cannot_approve'
  | 'editor_cannot_approve'
  | 'owner_of_token_cannot_approve'
  | 'already_decided'
  | 'gate_not_waiting'
  | 'covers_changed'
  | 'comment_missing'
  | 'wrong_state'
  | 'idempotency_key_reused'
  | 'busy'
/** The gate as it is after the decision, or why it was not recorded. */
export type Decided = Outcome<GateRunState, DecisionProblem>

/** Records an approval or a rejection for the first rule that this person may decide. Twice is refused. */
export async function decideGate(
  deps: DecideDeps,
  place: GatePlace,
  input: {
    readonly person: UserId
    readonly decision: GateDecision
    readonly comment: string
    /** The digest that the person was shown, or its first digits. */
    readonly covers: string
    readonly how: string
  },
): Promise<Decided> {
  const { person, decision, comment, how } = input
  // What has been decided is told before what would be wrong with another decision.
  const settled = whySettled(place.state)
  if (settled !== undefined) return refusal(settled, place, person)
  if (decision === 'reject' && comment.trim() === '') {
    return no('comment_missing', 'A rejection needs a reason, it is kept as evidence. Add -m "…"')
  }
  const shown = await matchCovers(deps, place, input.covers)
  if (!shown.ok) return shown
  const epoch = await readEpoch(deps.db, PEOPLE_GUARD)
  const decider = await readDecider(deps.db, place.spot, person)
  const { groups } = decider
  const rule = findRule(place, decider, decision)
  if (!rule.ok) return refusal(rule.refusal, place, person)
  const by: Actor = `user:${person}`
  const submitted = await deps.reactor.submit(
    place.target,
    {
      type: 'decision_recorded',
      rule: rule.rule,
      person,
      groups,
      decision,
      comment,
      covers: shown.value,
      how,
    },
    by,
    { guards: [{ subject: PEOPLE_GUARD, epoch }] },
  )
  // The reactor answers with the state of the gate that the event happened to.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  if (submitted.ok) return done(submitted.state as GateRunState)
  return refusal(submitted.refusal, place, person)
}

/** The first rule of the gate in which this person may decide so; else why there is none. */
export function findRule(
  { state, plan }: Pick<GatePlace, 'state' | 'plan'>,
  person: Decider,
  decision: GateDecision,
):
  | { readonly ok: true; readonly rule: number }
  | { readonly ok: false; readonly refusal: GateRunRefusal } {
  const [rule] = decidableRules(state, plan, person, decision)
  if (rule !== undefined) return { ok: true, rule }
  let why: GateRunRefusal = 'not_waiting'
  for (const index of state.rules.keys()) {
    const may = canDecide(state, plan, index, person, decision)
    if (!may.ok && RANK.indexOf(may.refusal) > RANK.indexOf(why)) why = may.refusal
  }
  return { ok: false, refusal: why }
}

/** The refusal that says most, when every rule refuses: later ones win. */
const RANK: readonly GateRunRefusal[] = [
  'no_such_rule',
  'not_waiting',
  'not_an_approver',
  'approver_role_missing',
  'password_new',
  'not_needed',
  'excluded_editor',
  'excluded_token_owner',
  'excluded_starter',
  'already_decided',
  'gate_has_passed',
]

/** Takes a decision back, until the gate has passed. */
export async function withdrawDecision(
  deps: DecideDeps,
  place: GatePlace,
  input: { readonly person: UserId; readonly how: string },
): Promise<Decided> {
  const event = { type: 'decision_withdrawn', person: input.person, how: input.how }
  const submitted = await deps.reactor.submit(place.target, event, `user:${input.person}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above: the state of this gate
  if (submitted.ok) return done(submitted.state as GateRunState)
  return refusal(submitted.refusal, place)
}

/** So many digits of a digest name it well enough when somebody types them. */
const COVERS_DIGITS_MIN = 8

/**
 * The digest of what the gate covers now, when it is the one that the person was shown. A change voids what was decided, and this decision is not
 * recorded.
 */
export async function matchCovers(
  deps: DecideDeps,
  place: GatePlace,
  shown: string,
): Promise<Outcome<Digest, DecisionProblem>> {
  const covers = await readCovers(deps.db, place.target, place.plan, place.state)
  if (place.state.covers !== null && place.state.covers !== covers) {
    await deps.reactor.submit(place.target, { type: 'contents_changed', covers }, 'rule')
  }
  const hex = shown.replace(/^sha256:/, '')
  if (hex.length >= COVERS_DIGITS_MIN && covers.startsWith(`sha256:${hex}`)) return done(covers)
  return no(
    'covers_changed',
    `What ${place.title} lets through has changed since you looked at it. Read the gate again.`,
    { sent: shown, now: covers },
  )
}

/** Why not, in words for this person. */
export function refusal(
  code: string,
  { title, state, project, names }: Pick<GatePlace, 'title' | 'state' | 'project' | 'names'>,
  person?: UserId,
): Extract<Decided, { ok: false }> {
  const own = state.decisions.find((one) => one.person === person)?.decision
  const did = own === undefined ? 'decided about' : own === 'approve' ? 'approved' : 'rejected'
  switch (code) {
    case 'not_an_approver':
      return no(
        'not_an_approver',
        `You are not among the approvers of ${title}. Being an administrator does not make you one.`,
      )
    case 'approver_role_missing': {
      const name = person === undefined ? 'NAME' : nameOf(names, person)
      return no(
        'approver_role_missing',
        `${title} names you, and you do not hold the role approver there. Whoever gives roles gives it: lockstep role grant approver ${name} -p ${project}`,
      )
    }
    case 'password_new':
      return no(
        'password_new',
        `Your password was chosen again by a link that somebody else has made. You decide at gates an hour later (${title}).`,
      )
    case 'excluded_starter':
      return no(
        'starter_cannot_approve',
        `You started this run, and who starts a run does not approve it (${title}).`,
      )
    case 'excluded_editor':
      return no(
        'editor_cannot_approve',
        `You edited a definition that ${title} lets through, and who edits does not approve.`,
      )
    case 'excluded_token_owner':
      return no(
        'owner_of_token_cannot_approve',
        `A token of yours started this run; somebody else approves ${title}.`,
      )
    case 'already_decided':
      return no(
        'already_decided',
        `You have ${did} ${title} already. To decide otherwise take it back first: lockstep gate withdraw`,
      )
    case 'gate_has_passed':
      return no(
        'gate_not_waiting',
        own === 'approve'
          ? `You have approved ${title} already, and it has passed.`
          : `${title} has passed: there is nothing left to decide.`,
      )
    case 'already_finished':
      return no(
        'gate_not_waiting',
        state.status === 'rejected'
          ? `${title} was rejected. Judge it again before anybody decides: lockstep gate retry`
          : `${title} has ended: there is nothing left to decide.`,
      )
    case 'covers_changed':
      return no('covers_changed', `What ${title} lets through has changed. Read the gate again.`)
    case 'reason_missing':
      return no('comment_missing', 'A reason is needed, it is kept as evidence. Add -m "…"')
    case 'key_reused':
      return no('idempotency_key_reused', sentenceOf(code, title))
    case 'busy':
      return no('busy', 'The server has too much to do. Try again in a second.')
    case 'not_waiting':
    case 'not_needed':
    case 'none_to_take_back':
      return no('gate_not_waiting', `${title} does not wait for a decision of yours now.`)
    default:
      return no('wrong_state', `${title}: ${code.replaceAll('_', ' ')}.`)
  }
}
