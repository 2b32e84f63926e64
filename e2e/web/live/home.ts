import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { until } from '../../../packages/server/testing/until.ts'
import { tested, type Story } from '../story.ts'
import { examine, findBarriers, screenshot } from '../browser.ts'
import type { Scene } from '../scene.ts'

export function testHome({ open, browser, served, world: story }: Scene<Story>): void {
  suite('Home', () => {
    test('says that nothing waits, and shows a gate as soon as it does', async () => {
      const { page, problems } = await open('/', { as: 'qa-lead' })
      await page.getByText('Nothing waits on you').waitFor()
      await story.startToGate('round-trip')
      await page.getByText('staging exit gate · Round trip', { exact: false }).waitFor()
      await page.getByRole('link', { name: /Home.*1 waiting on you/ }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('shows a run that waits on others to everybody else, and to whom it waits on only once', async () => {
      await story.waitAtGate('round-trip')
      await story.admin.applyDefinitions({
        project: story.project,
        source: 'charge',
        definitions: [{ definition: tested('charge', 'Charge within ±1 %', 'false') }],
      })
      await story.manager.startRun({ project: story.project, name: 'charge' })
      const { page, problems } = await open('/', { as: 'release-manager' })
      await page.getByText('Nothing waits on you').waitFor()
      const lines = page.getByRole('region', { name: 'Needs somebody' }).getByRole('listitem')
      const waits = page.getByRole('link', { name: /^Round trip/ })
      await lines.filter({ has: waits }).getByText(/qa/).waitFor()
      await examine(page, 'home-needs-somebody')
      const { page: asked } = await open('/', { as: 'qa-lead' })
      await asked.getByText('staging exit gate · Round trip', { exact: false }).waitFor()
      const theirs = asked.getByRole('region', { name: 'Needs somebody' })
      await theirs.getByRole('link', { name: /^Charge within ±1 %/ }).waitFor()
      assert.equal(await theirs.getByRole('link', { name: /^Round trip/ }).count(), 0)
      // That nobody knows is not the same as that all is well.
      const { page: failing } = await open('/', { as: 'release-manager' })
      await failing.route('**/v1/runs?*', (route) => route.abort())
      await failing.reload()
      await failing.getByText('The runs that need somebody could not be loaded').waitFor()
      assert.deepEqual(problems, [])
    })

    test('shows what runs where, what is collected, and what happened', async () => {
      const { page } = await open('/', { as: 'qa-lead' })
      await page.getByRole('region', { name: 'What runs where' }).getByText('1.12.3').waitFor()
      await page.getByText('0 of 1 snapshots ready').waitFor()
      await page.getByRole('region', { name: 'Activity' }).getByText('started Round trip').waitFor()
    })

    test('looks and reads well in every width and theme', async () => {
      await story.waitAtGate('round-trip')
      const { page, problems } = await open('/', { as: 'qa-lead' })
      await page.getByText('staging exit gate', { exact: false }).first().waitFor()
      await page.getByText('0 of 1 snapshots ready').waitFor()
      await page.getByRole('region', { name: 'Activity' }).getByText('started').first().waitFor()
      await examine(page, 'home')
      assert.deepEqual(problems, [])
    })

    test('goes places and approves by keyboard alone, never with one key', async () => {
      await story.waitAtGate('round-trip')
      const { page } = await open('/', { as: 'qa-lead' })
      await page.getByText('staging exit gate', { exact: false }).first().waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Home').waitFor()
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder('What to do or where to go').fill('home')
      await page.keyboard.press('Enter')
      await page.getByPlaceholder('What to do or where to go').waitFor({ state: 'detached' })
      await page.keyboard.press('a')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Comment, kept as evidence').fill('Round trip is fine.')
      await screenshot(page, 'home-approve')
      assert.deepEqual(await findBarriers(page), [])
      assert.equal((await story.lead.listGates({ mine: true })).items.length, 1)
      await dialog.getByRole('button', { name: 'Approve' }).press('Enter')
      await page.getByText('Nothing waits on you').waitFor()
      await page.getByText('approved', { exact: false }).first().waitFor()
    })

    test('holds one event stream for all tabs of a browser', async () => {
      const { page } = await open('/', { as: 'qa-lead' })
      await page.getByText('Live', { exact: true }).waitFor()
      // Everybody whose tab is kept from before has one; that of a page they have left ends a little later.
      const people = browser.browser.contexts().length
      await until('each person has one', async () => (await served.countStreams()) === people)
      for (let tab = 0; tab < 3; tab += 1) {
        const next = await page.context().newPage()
        await next.goto(served.url)
        await next.getByText('Live', { exact: true }).waitFor()
      }
      assert.equal(await served.countStreams(), people)
    })

    test('says when live updates are lost, since when, and comes back without a reload', async () => {
      const { page, problems } = await open('/', { as: 'qa-lead' })
      await page.getByText('Live', { exact: true }).waitFor()
      await served.restart(async () => {
        await page.getByText('Live updates lost').waitFor()
        await page.getByText(/as of \d\d:\d\d/).waitFor()
        await screenshot(page, 'home-lost')
      })
      await page.getByText('Live', { exact: true }).waitFor()
      await page.getByText('Live updates lost').waitFor({ state: 'detached' })
      await page.getByText('0 of 1 snapshots ready').waitFor()
      await story.startToGate('round-trip')
      await page.getByText('staging exit gate · Round trip', { exact: false }).waitFor()
      assert.deepEqual(problems, [])
    })
  })
}
