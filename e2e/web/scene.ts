// Where the tests of a file play: a server with the built page, a browser, and a world that they find there.

import { after, afterEach } from 'node:test'
import { openBrowser, type OpenedBrowser, type OpenedPage, type OpenSettings } from './browser.ts'
import { servePage, signIn, type ServedPage } from './served-page.ts'

export interface Scene<World> {
  readonly served: ServedPage
  readonly browser: OpenedBrowser
  readonly world: World
  /** A page that shows this path to a person, who is signed in: to the first administrator, or to whom `as` names. */
  readonly open: (
    path: string,
    settings?: OpenSettings & { readonly as?: string },
  ) => Promise<OpenedPage>
}

/** Sets the scene for all tests of a file, and clears it after the last. Every test begins without pages of others. */
export async function setScene<World>(
  build: (served: ServedPage) => Promise<World>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Scene<World>> {
  const stack = new AsyncDisposableStack()
  after(() => stack.disposeAsync())
  const [served, browser] = await Promise.all([
    servePage(settings).then((started) => stack.use(started)),
    openBrowser().then((started) => stack.use(started)),
  ])
  afterEach(async (test) => {
    if (!('passed' in test && test.passed)) await browser.keepPictures(test.name)
    await browser.closePages()
  })
  const world = await build(served)
  if (isDisposable(world)) stack.use(world)
  return {
    served,
    browser,
    world,
    async open(path, { as = 'admin', ...settings } = {}) {
      const opened = await browser.open(settings)
      await signIn(opened.page, served.url, as, path)
      await opened.page.locator('main').first().waitFor()
      return opened
    },
  }
}

function isDisposable(world: unknown): world is AsyncDisposable {
  return typeof world === 'object' && world !== null && Symbol.asyncDispose in world
}
