// A real browser for the tests of the page: contexts are people at their own desks or phones.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { CHROMIUM_ARGS, findChromium, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts'

export const DESK = { width: 1440, height: 900 } as const
export const PHONE = { width: 390, height: 844 } as const
export const THEMES = ['light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** How long a part of the page may take to appear; a machine under load is no reason to fail. */
const APPEARS_WITHIN_MS = 20_000
const SCREENSHOTS = join(import.meta.dirname, '../../build/screenshots')

export interface OpenedBrowser extends AsyncDisposable {
  readonly browser: Browser
  /** A page of somebody new, with nothing remembered. What goes wrong in it is kept in `problems`. */
  open(settings?: OpenSettings): Promise<OpenedPage>
}

export interface OpenSettings {
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: Theme
  /** A cookie jar of somebody who has signed in; `storage` of another page. */
  readonly storage?: BrowserContextOptions['storageState']
  /** A finger instead of a mouse. */
  readonly hasTouch?: boolean
}

export interface OpenedPage {
  readonly page: Page
  /** Errors of scripts, refused by the policy or not, and what the console complains about. */
  readonly problems: readonly string[]
}

/** Starts Chromium. */
export async function openBrowser(): Promise<OpenedBrowser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(`There is no Chromium: ${HOW_TO_GET_CHROMIUM}`)
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  return {
    browser,
    async open({ size = DESK, theme = 'light', storage, hasTouch = false } = {}) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme: theme,
        hasTouch,
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...(storage === undefined ? {} : { storageState: storage }),
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
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Keeps what the page looks like in `build/screenshots/NAME.png`, to be looked at beside the design. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true })
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' })
}

/** What axe finds against WCAG 2.2 AA, as sentences; nothing when all is well. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help} — ${html.slice(0, 160)}`),
  )
}

/** Whether something can be scrolled sideways: the page itself never can. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
}
