import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { markOf } from '../../present/run.ts'
import { padded } from '../../present/layout.ts'
import { msOf, presentWait, type View } from '../../present/time.ts'
import type { Gate, Hold, RunSummary } from '../../documents.ts'

export const status = command({
  words: 'status',
  summary: 'Show what waits for me, what runs, and what is broken',
  examples: ['lockstep status', 'lockstep status --json'],
  async run(context) {
    const client = await context.connect()
    const [gates, running, waiting, broken, hold] = await Promise.all([
      client.listGates({ mine: true }),
      client.listRuns({ state: 'running' }),
      client.listRuns({ state: 'waiting' }),
      client.listRuns({ limit: 50 }),
      client.showHold(),
    ])
    const stopped = broken.items.filter(({ state }) =>
      ['failed', 'errored', 'unknown'].includes(state),
    )
    const runs = [...running.items, ...waiting.items]
    const view = viewOf(context)
    const parts = [
      ...(hold.held ? [presentHold(hold)] : []),
      presentGates(gates.items, view),
      presentRuns('Runs', 'Nothing runs.', runs, view),
      ...(stopped.length === 0 ? [] : [presentRuns('Broken', '', stopped.slice(0, 10), view)]),
    ]
    return answer(context, { gates: gates.items, runs, broken: stopped, hold }, parts.join('\n\n'))
  },
})

function presentHold({ because }: Hold): string {
  return `‖ Nothing goes out: ${because ?? ''}. An administrator lets it:  lockstep notification release`
}

function presentGates(gates: readonly Gate[], view: View): string {
  if (gates.length === 0) return 'Nothing waits for you.'
  const lines = gates.map(
    (gate) =>
      `  ${markOf(gate.state)} ${padded(gate.title, 50)}${padded(presentWait(view.nowMs - msOf(gate.since)), 12)}lockstep gate show ${gate.address}`,
  )
  return ['Waits for you', ...lines].join('\n')
}

function presentRuns(
  title: string,
  empty: string,
  runs: readonly RunSummary[],
  view: View,
): string {
  if (runs.length === 0) return empty
  const lines = runs.map(
    (run) =>
      `  ${markOf(run.state)} ${padded(run.address, 44)}${padded(run.state, 12)}${presentWait(view.nowMs - msOf(run.startedAt))}`,
  )
  return [title, ...lines].join('\n')
}
