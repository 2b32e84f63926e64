// One gate run, taken from event to event.

import assert from 'node:assert/strict'

import {
  gateRunMachine,
  reduceGateRun,
  type Digest,
  type Effect,
  type Excluded,
  type Fact,
  type GateRunEvent,
  type GateRunState,
  type OutwardEffect,
  type Question,
  type RunPlan,
} from '@lockstep/domain'

import { groupId } from './gate-plan.ts'
import { address, occurrence } from './occurrences.ts'

/** The gate that a `GateDrive` drives. */
export const DRIVEN_GATE = address('gat', 1)
/** What it lets through unless a test says otherwise. */
export const DRIVEN_COVERS: Digest = 'sha256:a'
/** How it begins. */
export const GATE_CREATED: Extract<GateRunEvent, { type: 'gate_created' }> = {
  type: 'gate_created',
  plan: 'sha256:plan',
  stage: 0,
  node: 'entry',
  attempt: 2,
  parent: address('stg', 1),
  starter: 'user:starter',
}

/** Takes one gate run from event to event; each has to be accepted, unless it is only tried. Time stands still unless a test moves it. */
export class GateDrive {
  state: GateRunState | undefined
  effects: readonly Effect[] = []
  at = 0
  readonly plan: RunPlan
  #n = 0

  constructor(plan: RunPlan) {
    this.plan = plan
    this.happens(GATE_CREATED)
  }

  get now(): GateRunState {
    assert.ok(this.state)
    return this.state
  }

  tries(event: GateRunEvent): string {
    this.#n += 1
    const happening = { ...event, ...occurrence(this.#n, DRIVEN_GATE, 'user:someone', this.at) }
    const result = reduceGateRun(this.state, happening, this.plan)
    if (!result.ok) return result.refusal
    this.state = result.state
    this.effects = result.effects
    return 'ok'
  }

  happens(event: GateRunEvent): this {
    assert.equal(this.tries(event), 'ok', event.type)
    return this
  }

  described(excluded: readonly Excluded[] = [], covers = DRIVEN_COVERS): this {
    return this.happens({ type: 'gate_described', round: this.now.round, covers, excluded })
  }

  answered(node: number, answer: 'holds' | 'not' | 'error', evidence = 'seen'): this {
    return this.happens(this.answer(node, answer, evidence))
  }

  answer(node: number, answer: 'holds' | 'not' | 'error', evidence = 'seen'): GateRunEvent {
    const rule = this.now.rules[node]
    const round = rule !== undefined && 'round' in rule ? (rule.round ?? 0) : 0
    return { type: 'check_answered', node, round, answer, evidence }
  }

  approved(person: string, groups: readonly number[], rule = 0): this {
    return this.happens(approvalEvent(person, groups, rule))
  }

  /** These people override it, one after the other. */
  overridden(...people: readonly string[]): this {
    for (const person of people) this.happens(overrideEvent(person))
    return this
  }

  /** The second look: who may still decide, in which groups, and who may still override. */
  confirmed(
    eligible: Readonly<Record<string, readonly number[]>>,
    covers = DRIVEN_COVERS,
    overriding: readonly string[] = [],
  ): this {
    return this.happens({ ...this.confirmation(eligible, covers), overriding })
  }

  confirmation(
    eligible: Readonly<Record<string, readonly number[]>>,
    covers = DRIVEN_COVERS,
  ): Extract<GateRunEvent, { type: 'gate_confirmed' }> {
    const people = Object.entries(eligible).map(([person, groups]) => ({
      person,
      groups: groups.map(groupId),
    }))
    return { type: 'gate_confirmed', round: this.now.round, eligible: people, covers, epoch: 1 }
  }

  wakes(at: number): this {
    this.at = at
    return this.happens({ type: 'woken' })
  }

  /** Moves to the moment at which the gate wants to be looked at, and looks. */
  wakesInTime(): this {
    const at = gateRunMachine.wakeAt(this.now, this.plan)
    assert.ok(at !== undefined, 'it wants to be looked at')
    return this.wakes(at)
  }

  asks(): readonly string[] {
    return this.questions().map(({ type }) => type)
  }

  questions(): readonly Question[] {
    return this.effects.flatMap((effect) => (effect.type === 'ask' ? [effect.question] : []))
  }

  unanswered(): readonly Question[] {
    return gateRunMachine.unanswered?.(this.now, this.plan) ?? []
  }

  /** Why approvers are written to now. */
  sends(): readonly string[] {
    return this.sent('notify_approvers').map(({ reason }) => reason)
  }

  /** The messages of this kind that go out now. */
  sent<Type extends OutwardEffect['type']>(
    type: Type,
  ): readonly Extract<OutwardEffect, { type: Type }>[] {
    const isOfType = (effect: OutwardEffect): effect is Extract<OutwardEffect, { type: Type }> =>
      effect.type === type
    return this.effects
      .flatMap((effect) => (effect.type === 'send' ? [effect.effect] : []))
      .filter(isOfType)
  }

  /** What goes on record now: `approve`, `void`. */
  records(): readonly string[] {
    return this.#decisions().map(({ decision }) => decision)
  }

  /** The same with the people: `override sec-1`. */
  recordsOfPeople(): readonly string[] {
    return this.#decisions().map(({ decision, person }) => `${decision} ${person}`)
  }

  #decisions(): readonly Extract<Fact, { kind: 'decision' }>[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'record' && effect.fact.kind === 'decision' ? [effect.fact] : [],
    )
  }

  statuses(): readonly string[] {
    return this.now.rules.map((rule) => rule.status)
  }
}

/** Somebody in these groups approves. */
export function approvalEvent(
  person: string,
  groups: readonly number[],
  rule = 0,
): Extract<GateRunEvent, { type: 'decision_recorded' }> {
  return {
    type: 'decision_recorded',
    rule,
    person,
    groups: groups.map(groupId),
    decision: 'approve',
    comment: '',
    covers: DRIVEN_COVERS,
    how: 'session',
  }
}

/** Somebody overrides the gate. */
export function overrideEvent(
  person: string,
): Extract<GateRunEvent, { type: 'override_recorded' }> {
  const reason = 'Charging stops on the road'
  return { type: 'override_recorded', person, reason, covers: DRIVEN_COVERS, how: 'password' }
}
