// What is measured in a real browser: tasks of the page's own thread, and how soon something is seen.

import type { Browser, Page } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of processor time, and of time that passed. */
  readonly tdur?: number
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

export interface TasksOfPage {
  /** The longest task of the page's thread, in milliseconds of processor time: what others do on the machine does not count. */
  readonly longestMs: number
  /** How many took longer than the limit. */
  readonly tooLong: number
  readonly tasks: number
  /** All of them together. */
  readonly workMs: number
}

export const TASK_MS_MAX = 50

/** Does something with a page and tells which tasks its thread carried out meanwhile. */
export async function measureTasks(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<TasksOfPage> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  await act()
  const trace: { traceEvents: readonly TraceEvent[] } = JSON.parse(
    (await browser.stopTracing()).toString('utf8'),
  )
  const events = trace.traceEvents
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const lengths = events
    .filter(
      ({ name, ph, pid, tid }) =>
        ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid} ${tid}`),
    )
    .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000)
  return {
    longestMs: Math.max(0, ...lengths),
    tooLong: lengths.filter((ms) => ms > TASK_MS_MAX).length,
    tasks: lengths.length,
    workMs: lengths.reduce((sum, ms) => sum + ms, 0),
  }
}

/** Scrolls the stages of a run to their end and back, again and again, for so long. */
export async function scrollStages(page: Page, forMs: number): Promise<void> {
  const stages = page.getByRole('region', { name: 'Stages' })
  await stages.hover()
  const until = performance.now() + forMs
  for (let step = 0; performance.now() < until; step += 1) {
    const isBack = Math.floor(step / 40) % 2 === 1
    await page.mouse.wheel(isBack ? -240 : 240, 0)
    await page.mouse.wheel(0, step % 20 < 10 ? 80 : -80)
  }
}

/** Scrolls the page to its end and back, again and again, for so long. */
export async function scrollPage(page: Page, forMs: number): Promise<void> {
  await page.mouse.move(700, 500)
  const until = performance.now() + forMs
  for (let step = 0; performance.now() < until; step += 1) {
    const isBack = Math.floor(step / 40) % 2 === 1
    await page.mouse.wheel(step % 20 < 10 ? 80 : -80, isBack ? -240 : 240)
  }
}

/** From a click to what it shows, in milliseconds, as the page's own clock says. */
export async function measureClick(page: Page, click: string, shows: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const from = performance.now()
    const look = () => {
      if (document.querySelector(${JSON.stringify(shows)}) === null) return
      watch.disconnect()
      requestAnimationFrame(() => resolve(performance.now() - from))
    }
    const watch = new MutationObserver(look)
    watch.observe(document.body, { childList: true, subtree: true, attributes: true })
    document.querySelector(${JSON.stringify(click)}).click()
  })`)
}

/** Notes when a run has been seen as paused; `seenAt` asks for it. */
export async function watchPause(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    globalThis.pausedSeenAt = 0
    const look = () => {
      const isPaused = document.querySelector('[data-waits-for^="paused by"]') !== null
      if (!isPaused) globalThis.pausedSeenAt = 0
      else if (globalThis.pausedSeenAt === 0) globalThis.pausedSeenAt = Date.now()
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true })
  })()`)
}

/** Waits until the page shows the pause, and says when that was; the clock is that of the database. */
export async function pauseSeenAt(page: Page): Promise<number> {
  return page.evaluate<number>(whenIt('globalThis.pausedSeenAt !== 0'))
}

/** Waits until the page shows that the run goes on. */
export async function resumeSeen(page: Page): Promise<void> {
  await page.evaluate(whenIt('globalThis.pausedSeenAt === 0'))
}

/** Resolves with when the pause was seen; looked for in the page, because its policy evaluates no text. */
function whenIt(holds: string): string {
  return `new Promise((resolve) => {
    const look = () => (${holds} ? resolve(globalThis.pausedSeenAt) : setTimeout(look, 20))
    look()
  })`
}
