// Walks every state through every event, and writes down what came of it: the published table of a state machine.

import type { AnyEvent, Effect, Machine, Occurrence, Plan, StateHead } from '@lockstep/domain'

/** A state of the walk, under the name that the table gives it. `undefined`: it does not exist yet. */
export interface NamedState<State> {
  readonly name: string
  readonly state: State | undefined
}

/** An event of the walk; the name is its type unless two of one type are walked. */
export interface NamedEvent {
  readonly name?: string
  readonly event: AnyEvent & Occurrence
}

export interface StateWalk<State extends StateHead> {
  readonly machine: Machine<State>
  /** Heading of the page. */
  readonly title: string
  readonly states: readonly NamedState<State>[]
  readonly events: readonly NamedEvent[]
  readonly plan?: Plan
}

/**
 * The table as a Markdown page: one section for each state, one row for each event. A row says where the event leads
 * and what has to follow, or by which name it is refused. The page changes if and only if a transition changes.
 */
export function stateTable<State extends StateHead>(walk: StateWalk<State>): string {
  const lines = [
    `# ${walk.title}`,
    '',
    'Generated from the reducer by its test. Every event in every state: what it leads to, or the refusal.',
  ]
  for (const { name, state } of walk.states) {
    lines.push('', `## ${name}`, '', '| event | leads to | effects |', '|---|---|---|')
    for (const named of walk.events) lines.push(row(walk, state, named))
  }
  return `${lines.join('\n')}\n`
}

function row<State extends StateHead>(
  walk: StateWalk<State>,
  state: State | undefined,
  { name, event }: NamedEvent,
): string {
  const result = walk.machine.reduce(state, event, walk.plan)
  const label = name ?? event.type
  if (!result.ok) return `| ${label} | refused: \`${result.refusal}\` | |`
  const effects = result.effects.map(effectWords)
  return `| ${label} | ${result.state.status} | ${effects.join(', ')} |`
}

function effectWords(effect: Effect): string {
  switch (effect.type) {
    case 'tell':
    case 'start_child':
      return `${effect.type} \`${effect.event.type}\``
    case 'ask':
      return `ask \`${effect.question.type}\``
    case 'send':
      return `send \`${effect.effect.type}\``
    case 'record':
      return effect.fact.kind === 'decision'
        ? `record \`${effect.fact.decision}\``
        : `record \`${effect.fact.kind}\``
    case 'set_guard':
      return effect.open ? 'open guard' : 'shut guard'
    case 'open_jobs':
      return `open ${effect.jobs.length} jobs`
    case 'close_jobs':
      return `close ${effect.jobs.length} jobs as ${effect.outcome}`
    case 'cancel_jobs':
      return 'cancel_jobs'
  }
}
