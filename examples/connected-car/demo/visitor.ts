// People who use the web page: a real browser at a desk and on a phone.

import { join } from 'node:path'

import type { Browser, Locator, Page } from 'playwright-core'

import { CHROMIUM_ARGS } from '../../../scripts/chromium.ts'
import type {
  DeskFacts,
  DiagramFacts,
  PhoneFacts,
  RunLook,
  RunPageFacts,
  ShownVersion,
} from './evidence.ts'

/** Whoever looks at the page, until it is disposed. */
export interface Visitor extends AsyncDisposable {
  /** Follows the link of a mail on a small phone, signs in, reads what goes where, and approves it. */
  approveOnPhone(person: string, link: string, comment: string): Promise<PhoneFacts>
  /** Opens the page of a run and keeps it open: what it told is asked for when the run has ended. */
  watchRun(person: string, address: string): Promise<WatchedRun>
  /** Looks at the model, a process and the matrix at a desk. */
  lookAround(person: string): Promise<DeskFacts>
}

export interface WatchedRun {
  /** Waits until the page says that the run has succeeded. */
  toEnd(): Promise<RunPageFacts>
}

/** The page of a run by its address, `connected-car/connected-car-2.0/1`. */
export function runPage(url: string, address: string): string {
  const [project, name, number] = address.split('/')
  return `${url}/releases/${project}:${name}/runs/${number}`
}

const PHONE = { width: 360, height: 740 } as const
const DESK = { width: 1440, height: 900 } as const
/** Longer than anybody waits for a page. */
const APPEARS_WITHIN_MS = 60_000

const MODEL = '/apps/backend:data-backend/model?env=connected-car%2Fstaging'
const PROCESS = '/apps/embedded:vehicle-firmware/processes/battery-light.deploy'
const MATRIX = '/environments'

/** Where the page is, who looks at it with what, and where pictures of it are kept, if they are. */
export interface VisitorSettings {
  /** The program. */
  readonly chromium: string
  readonly url: string
  readonly password: string
  readonly pictures: string | undefined
}

/** Starts Chromium for people of the demo. */
export async function openVisitor(settings: VisitorSettings): Promise<Visitor> {
  const { url, password, pictures } = settings
  // Loaded only where there is a browser to steer.
  const { chromium: driver } = await import('playwright-core')
  const browser = await driver.launch({
    executablePath: settings.chromium,
    args: [...CHROMIUM_ARGS],
  })
  return {
    async approveOnPhone(person, link, comment) {
      const { page, problems } = await open(browser, PHONE)
      await signIn(page, link, person, password)
      const gate = page.getByRole('region', { name: /^Goes on to / })
      await gate.getByRole('listitem').first().waitFor()
      const versions = await textsOf(gate.getByRole('listitem'))
      const isTooWide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > innerWidth',
      )
      await shoot(page, 'gate-phone', pictures)
      await page.getByLabel('Comment, kept as evidence').fill(comment)
      await page.getByRole('button', { name: 'Approve…' }).tap()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).tap()
      await page.getByText('The gate has passed').waitFor()
      await page.context().close()
      return { person, width: PHONE.width, presses: 2, versions, isTooWide, problems }
    },
    async watchRun(person, address) {
      const { page, problems } = await open(browser, DESK)
      await signIn(page, runPage(url, address), person, password)
      await page.locator('[data-run]').waitFor({ state: 'attached' })
      await page.evaluate(NOTE_LOOKS)
      const waits = page.locator('[data-run][data-state="waiting"]')
      const shot =
        pictures === undefined
          ? undefined
          : waits.waitFor({ state: 'attached' }).then(() => shoot(page, 'run', pictures))
      return {
        async toEnd() {
          await shot
          await page.locator('[data-run][data-state="succeeded"]').waitFor({ state: 'attached' })
          const looks = await page.evaluate<readonly RunLook[]>('lockstepLooks')
          const ended = await page
            .locator('[data-stage], [data-gate], [data-task]')
            .evaluateAll((all) =>
              all.map((one) => ({
                name: ['data-stage', 'data-gate', 'data-task']
                  .map((attribute) => one.getAttribute(attribute) ?? '')
                  .join(''),
                state: one.getAttribute('data-state') ?? '',
              })),
            )
          await page.context().close()
          return { looks, ended, problems }
        },
      }
    },
    async lookAround(person) {
      const { page, problems } = await open(browser, DESK)
      await signIn(page, `${url}${MODEL}`, person, password)
      const model = await readModel(page)
      await shoot(page, 'model', pictures)
      await page.goto(`${url}${PROCESS}`)
      const process = await readProcess(page)
      await shoot(page, 'process', pictures)
      await page.goto(`${url}${MATRIX}`)
      const matrix = await readMatrix(page)
      await shoot(page, 'environments', pictures)
      if (pictures !== undefined) {
        await page.goto(url)
        await page.getByText(/^What runs where/).waitFor()
        await shoot(page, 'home', pictures)
      }
      await page.context().close()
      return { model, process, matrix, problems }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Runs in the page: notes what it tells whenever that changes. */
const NOTE_LOOKS = `{
  globalThis.lockstepLooks = []
  let last = ''
  const note = () => {
    const told = document.querySelector('[data-run]')?.dataset
    if (told === undefined) return
    const { state, next, working, waitsFor } = told
    const look = { state, next, working, waitsFor }
    if (JSON.stringify(look) === last) return
    last = JSON.stringify(look)
    lockstepLooks.push(look)
  }
  note()
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true,
    attributeFilter: ['data-state', 'data-next', 'data-working', 'data-waits-for'] })
}`

async function open(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
  const context = await browser.newContext({
    viewport,
    hasTouch: viewport === PHONE,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(APPEARS_WITHIN_MS)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  return { page, problems }
}

/** Opens an address as somebody who has to sign in first. */
async function signIn(page: Page, address: string, person: string, password: string) {
  await page.goto(address)
  await page.getByLabel('Name or e-mail').fill(person)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Keeps what the page looks like, light and dark, in `FOLDER/NAME-THEME.png`. */
async function shoot(page: Page, name: string, folder: string | undefined): Promise<void> {
  if (folder === undefined) return
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.evaluate('document.fonts.ready')
    const path = join(folder, `${name}-${colorScheme}.png`)
    await page.screenshot({ path, animations: 'disabled' })
  }
}

/** Tiers with their components, and the wires to the tiers of an environment. */
async function readModel(page: Page): Promise<DiagramFacts> {
  await page.locator('[data-wire]').first().waitFor({ state: 'attached' })
  const tiers = page.getByRole('region', { name: 'Application tiers' })
  const nodes = await tiers.getByRole('heading', { level: 3 }).all()
  const read = nodes.map(async (tier) => {
    const components = tier.locator('xpath=ancestor::li[1]').getByRole('button')
    return [await tier.innerText(), ...(await namesOf(components))]
  })
  return {
    nodes: (await Promise.all(read)).map((words) => words.join(': ')),
    lines: await drawnLines(page, 'wire'),
  }
}

/** Steps, and the edges between them. */
async function readProcess(page: Page): Promise<DiagramFacts> {
  const steps = page.locator('[data-step]')
  await steps.first().waitFor()
  return {
    nodes: await steps.evaluateAll((all) => all.map((one) => one.getAttribute('data-step') ?? '')),
    lines: await drawnLines(page, 'edge'),
  }
}

/** Only lines that have a length on the screen. */
async function drawnLines(page: Page, kind: 'wire' | 'edge'): Promise<readonly string[]> {
  return page
    .locator(`path[data-${kind}]`)
    .evaluateAll(
      (all, attribute) =>
        all
          .filter((one) => (one as unknown as { getTotalLength(): number }).getTotalLength() > 0)
          .map((one) => one.getAttribute(attribute) ?? ''),
      `data-${kind}`,
    )
}

/** What each cell of applications × environments says. */
async function readMatrix(page: Page): Promise<readonly ShownVersion[]> {
  const cells = page
    .getByRole('region', { name: 'Versions by environment' })
    .getByRole('button', { name: / in .+: / })
  await cells.first().waitFor()
  // As they are read: the version stands in a line of its own.
  return (await cells.allInnerTexts()).flatMap((text) => {
    const [, application = '', environment = '', version = ''] =
      /^(\S+) in (.+):\s+(\S+)\n/.exec(text) ?? []
    return application === '' ? [] : [{ application, environment, version }]
  })
}

async function textsOf(found: Locator): Promise<readonly string[]> {
  const texts = await found.allInnerTexts()
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
}

async function namesOf(found: Locator): Promise<readonly string[]> {
  return (await textsOf(found)).map((text) => text.split(' ')[0] ?? '')
}
