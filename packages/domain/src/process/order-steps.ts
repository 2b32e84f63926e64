// The one order in which steps with needs are planned: each after what it needs, else as written.

import { addressOf } from './address.ts'
import type { PlanRefusal } from './plan-input.ts'

/** Why there is no plan: the rule, and a sentence that names the thing and the way out. */
export interface PlanRefused {
  readonly ok: false
  readonly refusal: PlanRefusal
  readonly detail: string
}

export function refusePlan(refusal: PlanRefusal, detail: string): PlanRefused {
  return { ok: false, refusal, detail }
}

interface Needing {
  readonly name: string
  readonly needs: readonly string[]
}

/** The steps in an order in which none stands before one that it needs. `where` names the process in refusals. */
export function orderSteps<Step extends Needing>(
  steps: readonly Step[],
  where: string,
): { readonly ok: true; readonly steps: readonly Step[] } | PlanRefused {
  const addresses = new Set<string>()
  for (const { name } of steps) {
    if (addresses.has(addressOf(name))) {
      return refusePlan('name_twice', `${where} has two steps "${name}": give one another name`)
    }
    addresses.add(addressOf(name))
  }
  const names = new Set(steps.map(({ name }) => name))
  for (const { name, needs } of steps) {
    const unknown = needs.find((need) => !names.has(need))
    if (unknown !== undefined) {
      return refusePlan(
        'need_unknown',
        `${where}: "${name}" needs "${unknown}", which is not there`,
      )
    }
  }
  return inOrder(steps, where)
}

function inOrder<Step extends Needing>(
  steps: readonly Step[],
  where: string,
): { readonly ok: true; readonly steps: readonly Step[] } | PlanRefused {
  const ordered: Step[] = []
  const done = new Set<string>()
  let left = steps
  while (left.length > 0) {
    const next = left.find(({ needs }) => needs.every((need) => done.has(need)))
    if (next === undefined) {
      const circle = circleOf(left).join('" needs "')
      return refusePlan('cycle', `${where}: "${circle}": take one of these needs away`)
    }
    ordered.push(next)
    done.add(next.name)
    left = left.filter((step) => step !== next)
  }
  return { ok: true, steps: ordered }
}

/** Follows needs among steps that all need another of them, until a name comes again. */
function circleOf(left: readonly Needing[]): readonly string[] {
  const path: string[] = []
  let step = left[0]
  while (step !== undefined) {
    const begin = path.indexOf(step.name)
    path.push(step.name)
    if (begin >= 0) return path.slice(begin)
    const { needs } = step
    step = left.find(({ name }) => needs.includes(name))
  }
  return path
}
