// A real browser for the tests of the page: contexts are people at their own desks or phones.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { CHROMIUM_ARGS, findChromium, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts'

export const DESK = { width: 1440, height: 900 } as const
export const PHONE = { width: 390, height: 844 } as const
export const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
/** Where the layout changes, and the phones; a desk and PHONE among them. */
export const WIDTHS = [1440, 1024, 768, 390, 360] as const

/** How long a part of the page may take to appear; a machine under load is no reason to fail. */
const APPEARS_WITHIN_MS = 20_000
const SCREENSHOTS = join(import.meta.dirname, '../../build/screenshots')
/** Whether somebody wants to see what is looked at: a picture takes as long as a change of the page. */
const ARE_WANTED = process.env['LOCKSTEP_PICTURES'] === 'true'

export interface OpenedBrowser extends AsyncDisposable {
  readonly browser: Browser
  /** A page of somebody new, with nothing remembered. What goes wrong in it is kept in `problems`. */
  open(settings?: OpenSettings): Promise<OpenedPage>
  /** What every page shows when a test has failed, in `build/screenshots/failed`. */
  keepPictures(test: string): Promise<void>
  /** Closes all pages but these: one that is left open goes on hearing of changes, and takes the time of those that follow. */
  closePages(kept?: ReadonlySet<Page>): Promise<void>
}

export interface OpenSettings {
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: Theme
  /** A finger instead of a mouse. */
  readonly hasTouch?: boolean
}

export interface OpenedPage {
  readonly page: Page
  /** Errors of scripts, refused by the policy or not, and what the console complains about. */
  readonly problems: string[]
}

/**
 * For pages that are looked at and soon left: code that is compiled as if it were to run for long takes more of a processor
 * than it saves. Not for a benchmark.
 */
export const SHORT_LIVED: readonly string[] = ['--js-flags=--no-opt,--no-maglev']

/** Starts Chromium, with these arguments as well. */
export async function openBrowser(more: readonly string[] = []): Promise<OpenedBrowser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(`There is no Chromium: ${HOW_TO_GET_CHROMIUM}`)
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS, ...more] })
  return {
    browser,
    async open({ size = DESK, theme = 'light', hasTouch = false } = {}) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme: theme,
        hasTouch,
        locale: 'en-GB',
        reducedMotion: 'reduce',
      })
      context.setDefaultTimeout(APPEARS_WITHIN_MS)
      const page = await context.newPage()
      const problems: string[] = []
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => {
        // A refused request is an answer that a test may have asked for; the page says so itself.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          problems.push(message.text())
      })
      return { page, problems }
    },
    async keepPictures(test) {
      const pages = browser.contexts().flatMap((context) => context.pages())
      for (const [at, page] of pages.entries()) {
        await takePicture(page, `failed/${test.replaceAll(/\W+/g, '-')}-${at + 1}`)
      }
    },
    async closePages(kept = new Set()) {
      for (const context of browser.contexts()) {
        const [left, rest] = [context.pages(), context.pages().filter((page) => !kept.has(page))]
        await (left.length === rest.length
          ? context.close()
          : Promise.all(rest.map((page) => page.close())))
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** With `LOCKSTEP_PICTURES=true`, keeps what the page looks like in `build/screenshots/NAME.png`, to be looked at beside the design. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (ARE_WANTED) await takePicture(page, name)
}

async function takePicture(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true })
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' })
}

/** What axe is asked for a screen: WCAG 2.2 AA, and what axe itself thinks good. */
const WCAG = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
} as const
/** The rules among them that look at colours: all that another theme can break. */
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const

/** What axe finds against WCAG 2.2 AA, as sentences; nothing when all is well. */
export async function findBarriers(
  page: Page,
  runOnly: typeof WCAG | typeof COLOURS = WCAG,
): Promise<readonly string[]> {
  // Once in a document; AxeBuilder would open a blank page for each result, which takes as long as the rules do.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source)
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] })
  return page.evaluate<readonly string[]>(`axe.run(document, ${options}).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html }) => id + ': ' + help + ' — ' + html.slice(0, 160))))`)
}

/** The path, search and place of what a page shows: another person who opens it sees the same. */
export function addressOf(page: Page): string {
  const { pathname, search, hash } = new URL(page.url())
  return `${pathname}${search}${hash}`
}

/** Whether something can be scrolled sideways, once it is laid out: the page itself never can. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() =>
      resolve(document.documentElement.scrollWidth > innerWidth))))`)
}

export interface Examined {
  readonly widths?: readonly number[]
  /** What a person does there first, such as to close a panel that fills the window of a phone. */
  readonly onPhone?: () => Promise<void>
}

/**
 * Looks at a screen that is ready, at a desk and in light: nobody meets a barrier there, nor in dark, nor on a phone, and
 * at no width does the page scroll sideways. Leaves it at a desk and in light; pictures that are wanted have the name.
 */
export async function examine(
  page: Page,
  name: string,
  { widths = WIDTHS, onPhone }: Examined = {},
): Promise<void> {
  await screenshot(page, `${name}-light`)
  assert.deepEqual(await findBarriers(page), [], `${name} at a desk`)
  await showIn(page, 'dark')
  await screenshot(page, `${name}-dark`)
  assert.deepEqual(await findBarriers(page, COLOURS), [], `${name} in dark`)
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 720 ? PHONE.height : DESK.height })
    assert.equal(await scrollsSideways(page), false, `${name} at ${width} px`)
  }
  await onPhone?.()
  const smallest = Math.min(...widths)
  await screenshot(page, `${name}-${smallest}-dark`)
  assert.deepEqual(await findBarriers(page), [], `${name} at ${smallest} px`)
  await showIn(page, 'light')
  await screenshot(page, `${name}-${smallest}-light`)
  await page.setViewportSize(DESK)
}

/** As if the system changed between day and night; the page follows without being loaded again. */
async function showIn(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
}
