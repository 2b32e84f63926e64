import type { Client } from '@lockstep/client'

import { viewOf } from '../../command/answer.ts'
import type { Context } from '../../command/context.ts'
import type { Run, UsualTimes } from '../../documents.ts'
import { presentGate } from '../../present/gate.ts'
import { isOver } from '../../present/run-state.ts'
import { presentKeys, presentRun, waitingGate } from '../../present/run.ts'
import { Screen } from '../../terminal/screen.ts'
import { followRun } from './follow-run.ts'
import { openables, type Openable } from './openables.ts'
import { presentStopped } from './stopped.ts'
import { readLastLines } from '../logs/read-log.ts'

const TICK_MS = 1_000
const LINES_OPENED = 30
const [UP, DOWN, ENTER, INTERRUPT, ESCAPE] = ['\u001B[A', '\u001B[B', '\r', '\u0003', '\u001B']

/** The live view: drawn again in place, moved through with keys. Gives the last reading; it never takes a decision by one key. */
export async function watchOnScreen(
  context: Context,
  client: Client,
  id: Run['id'],
): Promise<{ readonly last: Run | undefined; readonly interrupted: boolean }> {
  const view = new LiveView(context, client, await client.showUsualTimes({ run: id }))
  const leave = new AbortController()
  const keys = context.terminal.onKey((key) => view.press(key, leave))
  try {
    const signal = AbortSignal.any([context.signal, leave.signal])
    for await (const { run, connected } of followRun(client, id, signal, TICK_MS)) {
      view.show(run, connected)
    }
  } catch (error) {
    if (!leave.signal.aborted && !context.signal.aborted) throw error
  } finally {
    keys.stop()
  }
  await view.finish()
  return { last: view.run, interrupted: view.isInterrupted || context.signal.aborted }
}

class LiveView {
  readonly #context: Context
  readonly #client: Client
  readonly #screen: Screen
  /** Of runs before: they do not change while this one goes on. */
  readonly #usual: UsualTimes
  #run: Run | undefined
  #connected = false
  #interrupted = false
  #selected = -1
  /** What was opened with a key, in place of the run. */
  #opened: string | undefined

  constructor(context: Context, client: Client, usual: UsualTimes) {
    this.#usual = usual
    this.#context = context
    this.#client = client
    this.#screen = new Screen(context.terminal)
  }

  /** A person stopped it, other than with the key that leaves. */
  get isInterrupted(): boolean {
    return this.#interrupted
  }

  get run(): Run | undefined {
    return this.#run
  }

  show(run: Run, connected: boolean): void {
    this.#run = run
    this.#connected = connected
    this.#draw()
  }

  press(key: string, leave: AbortController): void {
    if (key === INTERRUPT) this.#interrupted = true
    if (key === INTERRUPT || (key === 'q' && this.#opened === undefined)) return leave.abort()
    if (this.#opened !== undefined) {
      this.#opened = undefined
      return this.#draw()
    }
    if (key === ESCAPE) this.#selected = -1
    if (key === UP || key === DOWN) this.#move(key === UP ? -1 : 1)
    if (key === ENTER) void this.#open()
    if (key === 'p') this.#opened = this.#pauseWords()
    this.#draw()
  }

  /** The last frame stands, and below it what a person has to know. */
  async finish(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    const view = viewOf(this.#context)
    this.#screen.draw(presentRun(run, view, { usual: this.#usual }))
    this.#screen.leave()
    if (!isOver(run)) return
    for (const text of await presentStopped(this.#client, run, view)) {
      this.#context.terminal.note(`\n${text}`)
    }
  }

  #draw(): void {
    if (this.#run === undefined) return
    const view = viewOf(this.#context)
    const live = this.#connected ? 'live' : 'lost'
    const frame = presentRun(this.#run, view, { live, usual: this.#usual })
    const selected = openables(this.#run)[this.#selected]
    const chosen = selected === undefined ? '' : `\n↵ ${selected.title}`
    this.#screen.draw(this.#opened ?? `${frame}\n${chosen}\n${presentKeys(this.#run, view)}`)
  }

  #move(by: number): void {
    const count = this.#run === undefined ? 0 : openables(this.#run).length
    if (count > 0) this.#selected = (this.#selected + by + count) % count
  }

  async #open(): Promise<void> {
    const run = this.#run
    if (run === undefined) return
    const choice = openables(run)[this.#selected] ?? firstChoice(run)
    if (choice === undefined) return
    this.#opened = 'Reading …'
    this.#draw()
    const text = await this.#read(run, choice).catch((error: unknown) => String(error))
    this.#opened = `${text}\n\nany key: back`
    this.#draw()
  }

  async #read(run: Run, choice: Openable): Promise<string> {
    if (choice.kind === 'gate') {
      return presentGate(await this.#client.showGate({ gate: choice.gate }), viewOf(this.#context))
    }
    const lines = await readLastLines(this.#client, run, choice.job, LINES_OPENED)
    return [choice.title, ...lines].join('\n')
  }

  #pauseWords(): string {
    const run = this.#run
    const address = run === undefined ? 'RUN' : `${run.name}/${run.number}`
    const words =
      run?.paused === null
        ? `Hold it:  lockstep run pause ${address} -m WHY`
        : `Go on:  lockstep run resume ${address}`
    return `Pausing asks for a reason, which is kept as evidence. Leave with q and type:\n\n  ${words}\n\nany key: back`
  }
}

/** Without a choice, what a reader most likely wants: the gate that waits, or what works. */
function firstChoice(run: Run): Openable | undefined {
  const gate = waitingGate(run)
  const all = openables(run)
  return (
    all.find((choice) => choice.kind === 'gate' && choice.gate === gate?.id) ??
    all.find((choice) => choice.kind === 'log' && choice.job.state === 'running') ??
    all.at(-1)
  )
}
