// Logs of whole runs, kept from release to release: replayed, they lead to the same outcomes and the same effects.

import {
  canonicalText,
  environmentLockMachine,
  gateRunMachine,
  pipelineRunMachine,
  processRunMachine,
  releaseMachine,
  stageRunMachine,
  stepRunMachine,
  upcastEvent,
  upcastState,
} from '@lockstep/domain'
import type {
  AggregateKind,
  AnyEvent,
  Effect,
  JsonValue,
  Machine,
  Occurrence,
  Plan,
  StateHead,
} from '@lockstep/domain'

// Each machine is for its own state; a replay gives it what it returned before.
const MACHINES = [
  pipelineRunMachine,
  stageRunMachine,
  gateRunMachine,
  processRunMachine,
  stepRunMachine,
  environmentLockMachine,
  releaseMachine,
] as unknown as readonly Machine[]

/** An event as it is stored, and the version in which it was written. */
export interface LoggedEvent {
  readonly id: string
  readonly kind: AggregateKind
  readonly v: number
  readonly event: AnyEvent & Occurrence
}

/** What came of an event when it was recorded. */
export interface GoldenEvent extends LoggedEvent {
  readonly status: string
  readonly effects: readonly Effect[]
}

/** A run with everything below it: its plans, its events in order, and the states that they led to. */
export interface GoldenLog {
  readonly plans: Readonly<Record<string, Plan>>
  readonly events: readonly GoldenEvent[]
  readonly states: Readonly<Record<string, StateHead>>
}

/** Folds the events with the reducers of today. Throws at an event that they refuse: it has happened. */
export function replay(
  plans: GoldenLog['plans'],
  events: readonly LoggedEvent[],
): Pick<GoldenLog, 'events' | 'states'> {
  const states = new Map<string, StateHead>()
  const replayed = events.map(({ id, kind, v, event }): GoldenEvent => {
    const machine = machineOf(kind)
    const before = states.get(id)
    const digest = before === undefined ? event['plan'] : before.plan
    const plan = typeof digest === 'string' ? plans[digest] : undefined
    const today: AnyEvent & Occurrence = { ...event, ...upcastEvent(machine, event, v) }
    const transition = machine.reduce(before, today, plan)
    if (!transition.ok) throw new Error(`${event.type} of ${id} is refused: ${transition.refusal}`)
    states.set(id, transition.state)
    const { effects, state } = transition
    return { id, kind, v, event, status: state.status, effects }
  })
  return { events: replayed, states: Object.fromEntries(states) }
}

/** Where a replay with the reducers of today differs from what was recorded, as sentences; none when it does not. */
export function differencesOf(golden: GoldenLog): readonly string[] {
  const { events, states } = replay(golden.plans, golden.events)
  const ofEvents = golden.events.flatMap((was, index) => {
    const now = events[index]
    const where = `event ${index + 1}, ${was.event.type} of ${was.id}`
    if (now?.status !== was.status) return [`${where}: ${was.status} has become ${now?.status}`]
    const [before, after] = [textOf(was.effects), textOf(now.effects)]
    return before === after ? [] : [`${where}: the effects ${before} have become ${after}`]
  })
  const ofStates = Object.entries(golden.states).flatMap(([id, stored]) => {
    const kind = golden.events.find((one) => one.id === id)?.kind
    const before = textOf(kind === undefined ? stored : upcastState(machineOf(kind), stored))
    const after = textOf(states[id] ?? null)
    return before === after ? [] : [`the state of ${id} ${before} has become ${after}`]
  })
  return [...ofEvents, ...ofStates]
}

/** One line for the plans, one for each event, one for the states. */
export function presentGoldenLog({ plans, events, states }: GoldenLog): string {
  return [{ plans }, ...events, { states }].map((line) => `${textOf(line)}\n`).join('')
}

export function parseGoldenLog(text: string): GoldenLog {
  const lines = text.trimEnd().split('\n')
  const { plans }: Pick<GoldenLog, 'plans'> = JSON.parse(lines[0] ?? '')
  const { states }: Pick<GoldenLog, 'states'> = JSON.parse(lines.at(-1) ?? '')
  return { plans, states, events: lines.slice(1, -1).map((line): GoldenEvent => JSON.parse(line)) }
}

function machineOf(kind: AggregateKind): Machine {
  const found = MACHINES.find((machine) => machine.kind === kind)
  if (found === undefined) throw new Error(`There is no machine for ${kind}.`)
  return found
}

function textOf(value: unknown): string {
  const json: JsonValue = JSON.parse(JSON.stringify(value))
  return canonicalText(json)
}
