// Gates over HTTP: what they let through, and the decisions of people.

import { answer, refused, type gateRoutes } from '@lockstep/contract'
import { decidableRules, type Decider, type GateRunState, type RunPlan } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import { findRun, findRunByRoot } from '../../postgres/deliverables/run-store.ts'
import type { Database, Queryable } from '../../postgres/queryable.ts'
import { readAtOnce } from '../../postgres/read/at-once.ts'
import {
  listWaitingGates,
  readDecidableGates,
  readGateView,
  spotOf,
  type GateView,
  type WaitingGate,
} from '../../postgres/read/gate-view.ts'
import { readPeople } from '../../postgres/read/people.ts'
import { readVoices } from '../../postgres/read/voices.ts'
import type { ConfirmPasswordDeps } from '../../usecases/account/confirm-password.ts'
import {
  decideGate,
  withdrawDecision,
  type DecideDeps,
  type GatePlace,
} from '../../usecases/gate/decide-gate.ts'
import { overrideGate } from '../../usecases/gate/override-gate.ts'
import { holdGate, resumeGate, type HeldRun } from '../../usecases/gate/hold-gate.ts'
import { retryGate } from '../../usecases/run/control-run.ts'
import type { Outcome } from '../../usecases/outcome.ts'
import { findRunPlace, findStagePlace } from '../../usecases/run/run-place.ts'
import { NOT_FOUND, refuseWaiting, type TooEarly } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentGate, titleOf, type GateCaller } from '../present-gate.ts'
import { actorOf, type Principal } from '../principal.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'
import { steerOnce, type KeyReused } from '../steer-once.ts'

export interface GateDeps extends ConfirmPasswordDeps {
  readonly pool: Database
  readonly reactor: ReactorPort
}

export function gateHandlers({
  pool,
  reactor,
  passwords,
  people,
}: GateDeps): ServerHandlers<typeof gateRoutes> {
  const deps = { db: pool, reactor }
  const show = async (gate: string, principal: Principal): Promise<Shown | typeof NOT_FOUND> => {
    const shown = await readAtOnce(pool, async (db) => {
      const view = await readGateView(db, gate)
      return view && presentGate(view, (await callerOf(db, principal))(view.gate, view.plan))
    })
    return shown === undefined ? NOT_FOUND : answer(shown)
  }
  const once = <Code extends string>(
    context: RequestContext,
    { view }: FoundGate,
    decide: (control: DecideDeps) => Promise<Outcome<GateRunState, Code>>,
  ): Promise<DecisionAnswer<Code> | KeyReused> => {
    const again = (): Promise<Shown | typeof NOT_FOUND> => show(view.id, context.principal)
    return steerOnce<DecisionAnswer<Code>>(deps, context, view.gate.project, {
      async first(reactor) {
        const decided = await decide({ db: pool, reactor })
        if (decided.ok) return again()
        if (decided.code !== 'approver_role_missing') return decided
        return (await refuseEarly(context, view)) ?? decided
      },
      again,
    })
  }
  return {
    async listGates({ query }, context) {
      const { reach, principal } = context
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      if (query.run !== undefined && !(await context.can('gate.read', query.run)).allowed)
        return NOT_FOUND
      const root = query.run === undefined ? undefined : (await findRun(pool, query.run))?.root
      if (query.run !== undefined && root === undefined) return NOT_FOUND
      return readAtOnce(pool, async (db) => {
        const caller = await callerOf(db, principal)
        const filter = {
          root,
          after: slice.after,
          limit: query.mine ? MINE_LOOKED_MAX : slice.limit,
        }
        const waiting = await listWaitingGates(db, reach, filter)
        const listed = (
          query.mine ? waiting.filter((gate) => waitsFor(gate, caller(gate, gate.plan))) : waiting
        ).slice(0, slice.limit)
        const views = await readDecidableGates(
          db,
          listed.map(({ id }) => id),
        )
        const rows = listed.flatMap(({ id }) => views.get(id) ?? [])
        return answer(
          pageFrom(rows, query.limit, (view) => presentGate(view, caller(view.gate, view.plan))),
        )
      })
    },
    async showGate({ params }, { principal }) {
      return show(params.gate, principal)
    },
    async decideGate({ params, body }, context) {
      const { principal, origin } = context
      const found = await findPlace(pool, params.gate)
      if (found === undefined) return NOT_FOUND
      if (principal.kind !== 'person') return PERSON_REQUIRED
      const { decision, covers, comment = '' } = body
      const how = `session, ${clientOf(origin)}`
      const { user: person } = principal
      return once(context, found, (control) =>
        decideGate(control, found.place, { person, decision, comment, covers, how }),
      )
    },
    async overrideGate({ params, body }, context) {
      const { principal, origin } = context
      const found = await findPlace(pool, params.gate)
      // Whoever does not see what the gate lets through overrides nothing.
      const sees = await context.can('gate.read', params.gate)
      if (found === undefined || !sees.allowed) return NOT_FOUND
      if (principal.kind !== 'person') return PERSON_REQUIRED
      const how = `password, ${clientOf(origin)}`
      const input = { ...body, person: principal.user, how }
      return once(context, found, (control) =>
        overrideGate({ ...control, passwords, people }, found.place, input),
      )
    },
    async withdrawDecision({ params }, context) {
      const { principal } = context
      const found = await findPlace(pool, params.gate)
      if (found === undefined) return NOT_FOUND
      if (principal.kind !== 'person') return PERSON_REQUIRED
      const input = { person: principal.user, how: 'session' }
      return once(context, found, (control) => withdrawDecision(control, found.place, input))
    },
    async holdGate({ params, body }, context) {
      const { principal } = context
      const found = await findPlace(pool, params.gate)
      if (found === undefined) return NOT_FOUND
      if (principal.kind !== 'person') return PERSON_REQUIRED
      const run = await findHeldRun(pool, found.view)
      const input = { person: principal.user, reason: body.reason }
      return once(context, found, (control) => holdGate(control, found.place, run, input))
    },
    async resumeGate({ params }, context) {
      const { principal } = context
      const found = await findPlace(pool, params.gate)
      if (found === undefined) return NOT_FOUND
      if (principal.kind !== 'person') return PERSON_REQUIRED
      const run = await findHeldRun(pool, found.view)
      const maySteer = (await context.can('run.control', params.gate)).allowed
      const input = { person: principal.user, maySteer }
      return once(context, found, (control) => resumeGate(control, found.place, run, input))
    },
    async retryGate({ params, body }, context) {
      const view = await readGateView(pool, params.gate)
      const run = view && (await findRunPlace(pool, view.run))
      const stage = run && (await findStagePlace(pool, run, view.stage.name))
      if (view === undefined || stage === undefined) return NOT_FOUND
      const input = {
        node: view.gate.state.node,
        by: actorOf(context.principal),
        reason: body.reason ?? '',
      }
      const shown = answer({ run: view.run.id, stage: view.stage.name })
      return steerOnce(deps, context, view.gate.project, {
        async first(steering) {
          const retried = await retryGate({ db: pool, reactor: steering }, stage, input)
          return retried.ok ? shown : retried
        },
        again: () => Promise.resolve(shown),
      })
    },
  }
}

/** Waiting gates that are looked through for those that wait for one person. */
const MINE_LOOKED_MAX = 1_000
const PERSON_REQUIRED = refused(
  'person_required',
  'This needs a person who is signed in; a token is not enough.',
)

type Shown = ReturnType<typeof answer<ReturnType<typeof presentGate>>>

type DecisionAnswer<Code extends string> =
  | Shown
  | typeof NOT_FOUND
  | Extract<Outcome<GateRunState, Code>, { ok: false }>
  | TooEarly

function clientOf({ client }: RequestContext['origin']): string {
  return client === '' ? 'unknown client' : client
}

/** Why a role with which this person would decide at the gate does not count yet; undefined when they have none. */
async function refuseEarly(
  { principal, placeOf }: Pick<RequestContext, 'principal' | 'placeOf'>,
  { id, gate, plan }: GateView,
): Promise<TooEarly | undefined> {
  const place = await placeOf(id)
  if (place === undefined || place.on === 'system') return undefined
  const { project } = place
  const { environment } = spotOf(gate, plan)
  return refuseWaiting(
    principal,
    'gate.approve',
    environment === null ? { on: 'project', project } : { on: 'environment', project, environment },
  )
}

/** Whoever asks, as one who decides at a gate: with groups and roles of this moment; null for a token of nobody. */
type CallerAt = (gate: Parameters<typeof spotOf>[0], plan: RunPlan) => GateCaller | null

async function callerOf(db: Queryable, principal: Principal): Promise<CallerAt> {
  const id = principal.kind === 'person' ? principal.user : undefined
  if (id === undefined) return () => null
  const [now] = await readPeople(db, [id])
  const voices = await readVoices(db, [id])
  return (gate, plan) => {
    const spot = spotOf(gate, plan)
    const decider = voices.at(spot, { id, groups: now?.groups ?? [] })
    return { ...decider, mayOverride: voices.overriding(spot, id).mayOverride }
  }
}

function waitsFor({ state, plan }: WaitingGate, caller: Decider | null): boolean {
  return caller !== null && decidableRules(state, plan, caller).length > 0
}

interface FoundGate {
  readonly view: GateView
  readonly place: GatePlace
}

async function findPlace(pool: Database, gate: string): Promise<FoundGate | undefined> {
  const view = await readGateView(pool, gate)
  if (view === undefined) return undefined
  const { project, root, id, state } = view.gate
  return {
    view,
    place: {
      target: { project, root, id },
      spot: spotOf(view.gate, view.plan),
      state,
      plan: view.plan,
      title: titleOf(view),
      project: view.run.project,
      names: view.names,
    },
  }
}

/** The topmost run above the gate: what a hold pauses. */
async function findHeldRun(pool: Database, { gate }: GateView): Promise<HeldRun> {
  const run = await findRunByRoot(pool, gate.root)
  const place = run && (await findRunPlace(pool, run))
  if (place === undefined) throw new Error(`the gate ${gate.id} has no run above it`)
  return { target: place.target, pausedFor: place.state.paused?.reason ?? null }
}
