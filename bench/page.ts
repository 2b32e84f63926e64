import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, type OpenedBrowser } from '../e2e/web/browser.ts'
import { answerLargeMatrix } from '../e2e/web/large-matrix.ts'
import { findChromium } from '../scripts/chromium.ts'
import { signIn } from '../e2e/web/served-page.ts'
import { buildPage, FIRST_BYTES_MAX, PAGE_FOLDER } from '../scripts/build-page.ts'
import { median, quantile, shown, type Benchmark, type Figure } from './benchmark.ts'
import {
  measureClick,
  measureTasks,
  pauseSeenAt,
  resumeSeen,
  scrollPage,
  scrollStages,
  TASK_MS_MAX,
  watchPause,
} from './page-budgets.ts'
import { startPageWorld, type PageWorld } from './page-world.ts'

const FULL = {
  stages: 30,
  steps: 1_000,
  scrollMs: 10_000,
  pages: 20,
  pauses: 10,
  clicks: 20,
  logLines: 200_000,
  jumps: 7,
}
const QUICK = {
  stages: 8,
  steps: 40,
  scrollMs: 500,
  pages: 2,
  pauses: 1,
  clicks: 2,
  logLines: 5_000,
  jumps: 1,
}
type Size = typeof FULL

const STEP_MS = 20
const CLICK_MS_MAX = 100
/** A matrix opens at once, as what follows a click does. While it is scrolled, tasks over the usual limit are counted. */
const MATRIX_MS_MAX = 100
const SEEN_MS_MAX = 300
const JUMP_MS_MAX = 100

/** The budgets of the page, in Chromium against a real server. */
export const page: Benchmark = {
  title: `The page in Chromium, against a server of its own: a run of ${FULL.stages} stages and ${FULL.steps} steps while a simulated agent works on it, scrolled for ${FULL.scrollMs / 1000} s; clicks in it; a pause seen in ${FULL.pages} pages at once. Tasks are measured in processor time of the page's own thread, everything else by the clock`,
  async run(_server, { isQuick }) {
    const size = isQuick ? QUICK : FULL
    await buildPage()
    if (findChromium() === undefined) return [{ what: 'There is no Chromium here', value: '–' }]
    await using world = await startPageWorld(STEP_MS)
    await using browser = await openBrowser()
    return [
      firstLoad(),
      ...(await longRun(world, browser, size)),
      await matrix(world, browser, size),
      await pauses(world, browser, size),
      await jumps(world, browser, size),
    ]
  },
}

function firstLoad(): Figure {
  const built: { firstBytes: number } = JSON.parse(
    readFileSync(join(PAGE_FOLDER, 'build.json'), 'utf8'),
  )
  return {
    what: 'JavaScript before Home is usable, kB gzip',
    value: shown(built.firstBytes / 1000, 1),
    target: {
      wanted: `≤ ${FIRST_BYTES_MAX / 1000}`,
      isMet: built.firstBytes <= FIRST_BYTES_MAX,
    },
  }
}

async function longRun(
  world: PageWorld,
  browser: OpenedBrowser,
  size: Size,
): Promise<readonly Figure[]> {
  const { page: shownPage } = await browser.open()
  const run = await world.startLongRun(size)
  await signIn(shownPage, world.served.url, 'admin', `/runs/${run}`)
  await shownPage.locator('[data-task]').first().waitFor()
  const { longestMs, tooLong, tasks } = await measureTasks(browser.browser, shownPage, () =>
    scrollStages(shownPage, size.scrollMs),
  )
  return [
    {
      what: `Longest task while scrolling and updating, ms (of ${shown(tasks)}; ${tooLong} over ${TASK_MS_MAX})`,
      value: shown(longestMs, 1),
      target: { wanted: `≤ ${TASK_MS_MAX}`, isMet: longestMs <= TASK_MS_MAX },
    },
    await clicks(shownPage, size),
  ]
}

/** Which version of 200 applications runs in 40 environments: from the address until all of it has been scrolled through. */
async function matrix(world: PageWorld, browser: OpenedBrowser, size: Size): Promise<Figure> {
  const { page: shownPage } = await browser.open()
  await answerLargeMatrix(shownPage)
  await signIn(shownPage, world.served.url, 'admin', '/')
  const { longestMs, tooLong, tasks } = await measureTasks(browser.browser, shownPage, async () => {
    await shownPage.getByRole('link', { name: 'Environments' }).click()
    await shownPage.locator('tbody tr th button').first().waitFor()
    await scrollPage(shownPage, size.scrollMs)
  })
  return {
    what: `Longest task while a matrix of 200 applications and 40 environments is opened and scrolled, ms (of ${shown(tasks)}; ${tooLong} over ${TASK_MS_MAX})`,
    value: shown(longestMs, 1),
    target: { wanted: `≤ ${MATRIX_MS_MAX}`, isMet: longestMs <= MATRIX_MS_MAX },
  }
}

async function clicks(shownPage: Page, { clicks: count }: Size): Promise<Figure> {
  const taken: number[] = []
  for (let click = 0; click < count; click += 1) {
    taken.push(await measureClick(shownPage, '[data-task][aria-pressed="false"]', 'aside h2'))
    await shownPage.getByRole('button', { name: 'Close' }).click()
    await shownPage.locator('aside h2').waitFor({ state: 'hidden' })
  }
  const middle = median(taken)
  return {
    what: `From a click on a step to its panel, ms, median of ${count}`,
    value: shown(middle),
    target: { wanted: `≤ ${CLICK_MS_MAX}`, isMet: middle <= CLICK_MS_MAX },
  }
}

/** From anywhere in a log to its end: the lines there are fetched and drawn. */
async function jumps(world: PageWorld, browser: OpenedBrowser, size: Size): Promise<Figure> {
  const { page: log } = await browser.open()
  const { path, lines } = await world.writeLog(size.logLines)
  await signIn(log, world.served.url, 'admin', path)
  const work: number[] = []
  for (let jump = 0; jump < size.jumps; jump += 1) {
    await log.goto(`${world.served.url}${path}`)
    await log.locator('[data-line="1"]').waitFor()
    const { workMs } = await measureTasks(browser.browser, log, async () => {
      await log.getByRole('button', { name: 'End' }).click()
      await log.locator(`[data-line="${lines}"]`).waitFor()
    })
    work.push(workMs)
  }
  const middle = median(work)
  return {
    what: `Work of a jump to the end of a log of ${shown(lines)} lines, ms, median of ${size.jumps}`,
    value: shown(middle),
    target: { wanted: `≤ ${JUMP_MS_MAX}`, isMet: middle <= JUMP_MS_MAX },
  }
}

/** One event stream for all pages, because they are of one browser. */
async function pauses(world: PageWorld, browser: OpenedBrowser, size: Size): Promise<Figure> {
  const run = await world.startWaitingRun()
  const { page: first } = await browser.open()
  await signIn(first, world.served.url, 'admin', `/runs/${run}`)
  const pages = [first]
  while (pages.length < size.pages) {
    const next = await first.context().newPage()
    await next.goto(`${world.served.url}/runs/${run}`)
    pages.push(next)
  }
  for (const one of pages) {
    await one.locator('[data-run]').waitFor({ state: 'attached' })
    await watchPause(one)
  }
  const taken: number[] = []
  for (let pause = 0; pause < size.pauses; pause += 1) {
    const { paused } = await world.client.pauseRun({ run, reason: 'measured' })
    const at = Date.parse(paused?.at ?? '')
    for (const one of pages) taken.push((await pauseSeenAt(one)) - at)
    await world.client.resumeRun({ run })
    for (const one of pages) await resumeSeen(one)
  }
  const most = quantile(taken, 0.95)
  return {
    what: `From a change in the database to what ${size.pages} pages show, ms, p95 (p50 ${shown(median(taken))})`,
    value: shown(most),
    target: { wanted: `≤ ${SEEN_MS_MAX}`, isMet: most <= SEEN_MS_MAX },
  }
}
