import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { PHONE, screenshot } from './browser.ts'
import { deliverCar } from './delivered-car.ts'
import { byKeyboard, byPointer, type Hands } from './hands.ts'
import { setScene } from './scene.ts'
import { PASSWORD } from './served-page.ts'

const APPLICATIONS = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const
/** As long as real builds and deployments of three applications take on a machine under load. */
const WITHIN = { timeout: 180_000 } as const

const {
  browser,
  served,
  world: car,
} = await setScene(deliverCar, { LOCKSTEP_GIT_PROTOCOLS: 'file' })

// The whole way of a product, from a commit to Production, in the page alone: once by clicking, once without a pointer.
suite('from a commit to Production', () => {
  test('by clicking, with one approval on a phone', () =>
    release({ hands: byPointer, version: '2.1.0', title: 'Connected Car 2.1', phone: true }))

  test('by keyboard alone', () =>
    release({ hands: byKeyboard, version: '2.2.0', title: 'Connected Car 2.2', phone: false }))

  interface Told {
    readonly hands: Hands
    readonly version: string
    readonly title: string
    /** One of the approvers has a phone instead of a desk. */
    readonly phone: boolean
  }

  async function release({ hands, version, title, phone }: Told): Promise<void> {
    const { page, problems } = await browser.open()
    await enter(hands, page, 'admin')
    await write(hands, page, { title, version })
    car.commit(version)
    await seeBuilds(hands, page, version)
    await start(hands, page, title)
    for (const person of ['qa-lead', 'embedded-lead', 'release-manager'] as const) {
      const isPhone = phone && person === 'embedded-lead'
      const other = await browser.open(isPhone ? { size: PHONE, hasTouch: true } : {})
      await enter(hands, other.page, person)
      await approve(hands, other.page, title)
      if (person === 'release-manager') await finish(hands, other.page, title)
      assert.deepEqual(other.problems, [])
      await other.page.context().close()
    }
    await page.getByText('Succeeded', { exact: true }).waitFor(WITHIN)
    await screenshot(page, `whole-way-${hands.name}`)
    await compare(hands, page, version)
    assert.deepEqual(problems, [])
  }

  async function enter(hands: Hands, page: Page, name: string): Promise<void> {
    await page.goto(served.url)
    await hands.write(page.getByLabel('Name or e-mail'), name)
    await hands.write(page.getByLabel('Password'), PASSWORD)
    await hands.activate(page.getByRole('button', { name: 'Sign in' }))
    await page.getByRole('region', { name: 'Waiting on you' }).waitFor()
  }

  /** A release that takes what is built from now on. */
  async function write(
    hands: Hands,
    page: Page,
    { title, version }: { readonly title: string; readonly version: string },
  ): Promise<void> {
    await hands.activate(page.getByRole('link', { name: 'New release' }))
    await hands.write(page.getByLabel('Title'), title)
    await hands.choose(page.getByLabel('Owner'), 'release-managers')
    await hands.choose(page.getByLabel('Pipeline'), 'connected-car/delivery')
    for (const application of APPLICATIONS) {
      const group = page.getByRole('group', { name: application })
      await hands.choose(group.getByLabel('Passes before in'), `connected-car/${application}`)
      await hands.write(group.getByLabel('Versions'), version.replace(/\d+$/, 'x'))
    }
    for (const stage of ['Staging', 'Production']) {
      const group = page.getByRole('group', { name: stage, exact: true })
      await hands.choose(group.getByLabel('Environment'), `connected-car/${stage.toLowerCase()}`)
    }
    await page.getByText('It can be created.').waitFor()
    await hands.activate(page.getByRole('button', { name: 'Create release' }))
    await page.getByRole('region', { name: 'Collects' }).getByText('0 of 3').waitFor()
  }

  /** The three teams' runs appear and pass; a step's log is read. */
  async function seeBuilds(hands: Hands, page: Page, version: string): Promise<void> {
    await hands.activate(place(page, 'Runs'))
    const built = page.getByRole('row').filter({ hasText: `vehicle-firmware ${version}` })
    await built.waitFor(WITHIN)
    await hands.activate(built.getByRole('link').first())
    await page.getByText('Succeeded', { exact: true }).waitFor()
    await hands.activate(page.getByRole('button', { name: /^passed .*[Bb]uild/ }).first())
    await page.getByText('packing telemetry-agent').first().waitFor()
  }

  async function start(hands: Hands, page: Page, title: string): Promise<void> {
    await hands.activate(place(page, 'Releases'))
    await hands.activate(page.getByRole('link', { name: title }).first())
    await page.getByRole('region', { name: 'Collects' }).getByText('3 of 3').waitFor(WITHIN)
    await hands.activate(page.getByRole('button', { name: 'Start run…' }))
    await hands.confirm(page.getByRole('dialog').getByRole('button', { name: 'Start run' }))
    await page.waitForURL(/\/runs\/1$/)
  }

  /** What waits is found at Home, opened, and approved with a comment. */
  async function approve(hands: Hands, page: Page, title: string): Promise<void> {
    const waiting = page.getByRole('region', { name: 'Waiting on you' })
    await waiting.getByText(title).first().waitFor(WITHIN)
    await hands.activate(waiting.getByRole('link', { name: 'Review' }).first())
    await hands.write(page.getByLabel('Comment, kept as evidence'), 'Seen it.')
    await hands.activate(page.getByRole('button', { name: 'Approve…' }))
    const dialog = page.getByRole('dialog')
    await hands.confirm(dialog.getByRole('button', { name: 'Approve', exact: true }))
    await dialog.waitFor({ state: 'detached' })
  }

  async function finish(hands: Hands, page: Page, title: string): Promise<void> {
    await hands.activate(place(page, 'Home'))
    await page.getByText(`Tell the owners · ${title}`).waitFor(WITHIN)
    await hands.activate(page.getByRole('link', { name: 'Open task' }))
    await hands.activate(page.getByRole('button', { name: 'It is done' }))
    await page.getByText('Succeeded', { exact: true }).waitFor(WITHIN)
  }

  /** What is in Production is what was released, and was read again there. */
  async function compare(hands: Hands, page: Page, version: string): Promise<void> {
    await hands.activate(place(page, 'Environments'))
    for (const application of APPLICATIONS) {
      const cell = page.getByRole('button', { name: new RegExp(`^${application} in Production`) })
      await cell.filter({ hasText: version }).waitFor()
    }
  }

  const place = (page: Page, name: string): Locator =>
    page.getByRole('navigation', { name: 'Main' }).first().getByRole('link', { name, exact: true })
})
