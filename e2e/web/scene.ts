// Where the tests of a file play: a server with the built page, a browser, and a world that they find there.

import { after, afterEach } from 'node:test'
import type { Page } from 'playwright-core'
import {
  DESK,
  openBrowser,
  SHORT_LIVED,
  type OpenedBrowser,
  type OpenedPage,
  type Theme,
} from './browser.ts'
import { openSession, servePage, type ServedPage } from './served-page.ts'

export interface Scene<World> {
  readonly served: ServedPage
  /** For pages of somebody new, who is not signed in. */
  readonly browser: OpenedBrowser
  readonly world: World
  /** Shows this path to a person who is signed in: to the first administrator, or to whom `as` names. */
  readonly open: (path: string, seat?: Seat) => Promise<OpenedPage>
}

/** Who looks, and with what. */
export interface Seat {
  readonly as?: string
  readonly size?: { readonly width: number; readonly height: number }
  readonly theme?: Theme
  /** A finger instead of a mouse. */
  readonly hasTouch?: boolean
}

/** Sets the scene for all tests of a file, and clears it after the last. */
export async function setScene<World>(
  build: (served: ServedPage) => Promise<World>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Scene<World>> {
  const stack = new AsyncDisposableStack()
  after(() => stack.disposeAsync())
  const served = stack.use(await servePage(settings))
  const browser = stack.use(await openBrowser(SHORT_LIVED))
  const world = await build(served)
  if (isDisposable(world)) stack.use(world)
  const tabs = new Tabs(served, browser)
  afterEach(async (test) => {
    const hasPassed = 'passed' in test && test.passed
    if (!hasPassed) await browser.keepPictures(test.name)
    await tabs.leave({ areKept: hasPassed })
  })
  return { served, browser, world, open: (path, seat = {}) => tabs.open(path, seat) }
}

function isDisposable(world: unknown): world is AsyncDisposable {
  return typeof world === 'object' && world !== null && Symbol.asyncDispose in world
}

interface Tab {
  readonly as: string
  readonly hasTouch: boolean
  readonly page: Page
  readonly problems: string[]
}

/** In the name of a tab: what the browser remembers of the page before is forgotten when the next one begins. */
const FRESH = 'fresh'
const FORGET = `if (globalThis.name === '${FRESH}') {
  globalThis.name = ''
  localStorage.clear()
  sessionStorage.clear()
}`

/**
 * The tabs of the people of a file. A person keeps a tab from test to test, signed in and with nothing else remembered: to
 * start the process of a new one takes three times as long as to load a page.
 */
class Tabs {
  readonly #served: ServedPage
  readonly #browser: OpenedBrowser
  #free: Tab[] = []
  #taken: Tab[] = []

  constructor(served: ServedPage, browser: OpenedBrowser) {
    this.#served = served
    this.#browser = browser
  }

  async open(path: string, seat: Seat): Promise<OpenedPage> {
    const { as = 'admin', size = DESK, theme = 'light', hasTouch = false } = seat
    const tab = this.#take(as, hasTouch) ?? (await this.#begin(as, hasTouch))
    this.#taken.push(tab)
    const { page, problems } = tab
    problems.length = 0
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: theme })
    const me = await page.context().request.get(`${this.#served.url}/v1/me`)
    if (!me.ok()) await openSession(page, this.#served.url, as)
    await page.evaluate(`globalThis.name = '${FRESH}'`)
    const before = page.url()
    await page.goto(`${this.#served.url}${path}`)
    if (isSameDocument(before, page.url())) await page.reload() // Another place in it loads nothing.
    await page.locator('main').first().waitFor()
    return tab
  }

  /** Ends a test. After one that has failed nothing is kept: who knows what it has left. */
  async leave({ areKept }: { readonly areKept: boolean }): Promise<void> {
    this.#free = areKept ? [...this.#free, ...this.#taken] : []
    this.#taken = []
    await this.#browser.closePages(new Set(this.#free.map(({ page }) => page)))
    for (const { page } of this.#free) await page.unrouteAll()
  }

  #take(as: string, hasTouch: boolean): Tab | undefined {
    const at = this.#free.findIndex((tab) => tab.as === as && tab.hasTouch === hasTouch)
    return at === -1 ? undefined : this.#free.splice(at, 1)[0]
  }

  async #begin(as: string, hasTouch: boolean): Promise<Tab> {
    const { page, problems } = await this.#browser.open({ hasTouch })
    await page.addInitScript(FORGET)
    return { as, hasTouch, page, problems }
  }
}

function isSameDocument(one: string, other: string): boolean {
  const [before, after] = [new URL(one), new URL(other)]
  const isThere = before.pathname === after.pathname && before.search === after.search
  return before.origin === after.origin && isThere && after.hash !== ''
}
