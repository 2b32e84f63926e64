import type { Client } from '@lockstep/client'

import { viewOf } from '../../command/answer.ts'
import type { ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Interrupted } from '../../command/failure.ts'
import type { Run } from '../../documents.ts'
import { presentEvents } from '../../present/run-events.ts'
import { isOver } from '../../present/run-state.ts'
import { shortAddress } from '../../present/run.ts'
import { followRun } from './follow-run.ts'
import { presentStopped } from './stopped.ts'
import { watchOnScreen } from './watch-on-screen.ts'

/** Shows a run until it ends. Interrupting, or leaving, stops the view and not the run. */
export async function watchRun(context: Context, client: Client, id: Run['id']): Promise<ExitCode> {
  const { last, interrupted } =
    context.terminal.isScreen && !context.json
      ? await watchOnScreen(context, client, id)
      : { last: await watchInPipe(context, client, id), interrupted: context.signal.aborted }
  if (last !== undefined && isOver(last)) return last.state === 'succeeded' ? 0 : 1
  const address = last === undefined ? 'It' : shortAddress(last)
  const again = last === undefined ? '' : ` See it again:  lockstep run watch ${address}`
  if (interrupted) throw new Interrupted(`${address} goes on.${again}`)
  context.terminal.note(`${address} goes on.${again}`)
  return 0
}

/** A line for each thing that happens; with `--json` the run itself for each change. */
async function watchInPipe(
  context: Context,
  client: Client,
  id: Run['id'],
): Promise<Run | undefined> {
  const { terminal, json, signal } = context
  let before: Run | undefined
  const told = new Set<string>()
  for await (const { run } of followRun(client, id, signal)) {
    if (json) {
      if (before?.version !== run.version || before.state !== run.state)
        terminal.print(JSON.stringify(run))
    } else {
      for (const line of presentEvents(before, run)) terminal.print(line)
      await tellStopped(context, client, run, told)
    }
    before = run
  }
  return before
}

/** What has failed or is unknown is told once, with the ways on. */
async function tellStopped(
  context: Context,
  client: Client,
  run: Run,
  told: Set<string>,
): Promise<void> {
  const stopped = run.stages.flatMap(({ name, tasks }) =>
    tasks.flatMap(({ key, state, attempt }) =>
      ['failed', 'errored', 'unknown'].includes(state)
        ? [`${name}/${key} ${state} ${attempt}`]
        : [],
    ),
  )
  if (stopped.every((key) => told.has(key))) return
  for (const key of stopped) told.add(key)
  for (const text of await presentStopped(client, run, viewOf(context))) context.terminal.note(text)
}
