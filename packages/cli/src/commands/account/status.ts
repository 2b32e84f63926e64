import { brokenRuns, waitingForOthers, type Client } from '@lockstep/client'
import { PAGE_LIMIT_MAX } from '@lockstep/contract'

import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { markOf } from '../../terminal/style.ts'
import { padded } from '../../present/layout.ts'
import { msOf, presentWait, type View } from '../../present/time.ts'
import { presentWaiting } from '../../present/waiting.ts'
import type { Gate, Hold, RunPage, RunSummary, WaitingTask } from '../../documents.ts'

export const status = command({
  words: 'status',
  summary: 'Show what waits for me and for others, what runs, and what is broken',
  examples: ['lockstep status', 'lockstep status --json'],
  async run(context) {
    const client = await context.connect()
    const [gates, tasks, running, waiting, newest, hold] = await Promise.all([
      client.listGates({ mine: true }),
      client.listWaitingTasks({ mine: true }),
      client.listRuns({ state: 'running' }),
      listWaiting(client),
      client.listRuns({ limit: 50 }),
      client.showHold(),
    ])
    const broken = brokenRuns(newest.items)
    const mine = new Set<string>([
      ...gates.items.map(({ run }) => run),
      ...tasks.items.map(({ runAddress }) => runAddress),
    ])
    const others = waitingForOthers(waiting.runs, mine)
    const explained = await Promise.all(
      others.slice(0, EXPLAINED_MAX).map(({ id: run }) => client.showRun({ run })),
    )
    const more = { count: others.length - explained.length, andOlder: waiting.andOlder }
    const view = viewOf(context)
    const parts = [
      ...(hold.held ? [presentHold(hold)] : []),
      presentMine(gates.items, tasks.items, view),
      ...(others.length === 0 ? [] : [presentWaiting(explained, more, view)]),
      presentRuns('Runs', 'Nothing runs.', running.items, view),
      ...(broken.length === 0 ? [] : [presentRuns('Broken', '', broken.slice(0, 10), view)]),
    ]
    const document = {
      gates: gates.items,
      tasks: tasks.items,
      runs: [...running.items, ...waiting.runs],
      waiting: explained.map(({ id: run, address, waitsFor }) => ({ run, address, waitsFor })),
      broken,
      hold,
    }
    return answer(context, document, parts.join('\n\n'))
  },
})

/** So many of the runs that wait are read as a whole, to say whom they wait for. */
const EXPLAINED_MAX = 20
/** The server lists the newest first; those that wait longest are at the end. */
const WAITING_PAGES_MAX = 10

async function listWaiting(
  client: Client,
): Promise<{ readonly runs: readonly RunSummary[]; readonly andOlder: boolean }> {
  const runs: RunSummary[] = []
  let after: string | null = null
  for (let page = 0; page < WAITING_PAGES_MAX; page += 1) {
    const { items, next }: RunPage = await client.listRuns({
      state: 'waiting',
      limit: PAGE_LIMIT_MAX,
      ...(after === null ? {} : { after }),
    })
    runs.push(...items)
    after = next
    if (after === null) break
  }
  return { runs, andOlder: after !== null }
}

function presentHold({ because }: Hold): string {
  return `‖ Nothing goes out: ${because ?? ''}. An administrator lets it:  lockstep notification release`
}

function presentMine(gates: readonly Gate[], tasks: readonly WaitingTask[], view: View): string {
  const lines = [
    ...gates.map(({ state, title, since, address }) => {
      return mine(state, title, since, `lockstep gate show ${address}`, view)
    }),
    ...tasks.map(({ title, of, since, runAddress, stage, task }) => {
      const address = `${runAddress}/${stage}/${task}`
      return mine('waiting', `${title}, ${of}`, since, `lockstep task complete ${address}`, view)
    }),
  ]
  return lines.length === 0 ? 'Nothing waits for you.' : ['Waits for you', ...lines].join('\n')
}

function mine(state: string, title: string, since: string, way: string, view: View): string {
  const waits = presentWait(view.nowMs - msOf(since))
  return `  ${markOf(state)} ${padded(title, 50)}${padded(waits, 12)}${way}`
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
