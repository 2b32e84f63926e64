import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RunId } from '@lockstep/domain'
import type { Story } from '../story.ts'
import { findBarriers, screenshot } from '../browser.ts'
import type { Scene } from '../scene.ts'
import { signIn } from '../served-page.ts'

// What a run shows when people, the network or a newer version come in between.

export function testRunStates({ browser, open, served, world: story }: Scene<Story>): void {
  suite('the page of a run', () => {
    /** A run that waits at its gate. */
    async function startRun(): Promise<RunId> {
      const id = await story.startToGate('round-trip')
      const { items } = await story.admin.listRuns()
      const run = items.find((one) => one.id === id)
      assert.ok(run !== undefined)
      return run.id
    }

    async function approve(run: RunId): Promise<void> {
      const { items } = await story.lead.listGates({ run })
      const [gate] = items
      assert.ok(gate !== undefined)
      const { covers } = await story.lead.showGate({ gate: gate.id })
      await story.lead.decideGate({ gate: gate.id, decision: 'approve', covers: covers ?? '' })
    }

    test('says that it may be old while the server is gone, and then shows what happened meanwhile', async () => {
      const run = await startRun()
      const { page, problems } = await open(`/runs/${run}`, { as: 'visitor' })
      await page.getByRole('button', { name: /^staging exit gate, waits on a person/i }).waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      await served.restart(async () => {
        await page.getByText('Live updates lost').waitFor()
        await page.getByText(/as of \d\d:\d\d/).waitFor()
        await page.getByRole('button', { name: /^staging exit gate, waits on a person/i }).waitFor()
        assert.deepEqual(await findBarriers(page), [])
        await screenshot(page, 'run-lost')
      })
      await approve(run)
      await page.getByText('Live updates lost').waitFor({ state: 'detached' })
      await page.locator(`[data-run][data-state="succeeded"]`).waitFor({ state: 'attached' })
      await page.getByText('Succeeded', { exact: true }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('of two people who pause at once, the second is told and keeps their words', async () => {
      const run = await startRun()
      const first = await open(`/runs/${run}`, { as: 'release-manager' })
      const second = await open(`/runs/${run}`)
      for (const [{ page }, name] of [
        [first, 'release-manager'],
        [second, 'admin'],
      ] as const) {
        await page.getByRole('button', { name: 'Pause run…' }).click()
        await page.getByRole('dialog').getByLabel('Reason, kept as evidence').fill(`by ${name}`)
      }
      await first.page.getByRole('dialog').getByRole('button', { name: 'Pause run' }).click()
      await first.page.getByText(/Paused by release-manager/).waitFor()
      const dialog = second.page.getByRole('dialog')
      await second.page.getByText(/Paused by release-manager/).waitFor()
      await dialog.getByRole('button', { name: 'Pause run' }).click()
      await dialog
        .getByRole('alert')
        .getByText(/paused already|is paused/i)
        .waitFor()
      assert.equal(await dialog.getByLabel('Reason, kept as evidence').inputValue(), 'by admin')
    })

    test('hears of changes without a shared worker too: one tab leads, and another when it is closed', async () => {
      const run = await startRun()
      const { page } = await browser.open()
      const context = page.context()
      await context.addInitScript('delete globalThis.SharedWorker')
      const before = await served.countStreams()
      await signIn(page, served.url, 'visitor', `/runs/${run}`)
      await page.getByText('Live', { exact: true }).waitFor()
      const other = await context.newPage()
      await other.goto(`${served.url}/runs/${run}`)
      await other.getByText('Live', { exact: true }).waitFor()
      assert.equal(await served.countStreams(), before + 1)
      await page.close()
      await other.getByText('Live', { exact: true }).waitFor()
      await approve(run)
      await other.locator(`[data-run][data-state="succeeded"]`).waitFor({ state: 'attached' })
    })

    test('is read once for all tabs of a browser when it has changed', async () => {
      const run = await startRun()
      const first = await browser.open()
      await signIn(first.page, served.url, 'visitor', `/runs/${run}`)
      const second = await first.page.context().newPage()
      await second.goto(`${served.url}/runs/${run}`)
      const asked: string[] = []
      for (const page of [first.page, second]) {
        await page.getByText('Live', { exact: true }).waitFor()
        await page.getByRole('button', { name: /^staging exit gate, waits on a person/i }).waitFor()
        page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      }
      await approve(run)
      for (const page of [first.page, second]) {
        await page.locator(`[data-run][data-state="succeeded"]`).waitFor({ state: 'attached' })
      }
      assert.ok(!asked.includes(`/v1/runs/${run}`), 'a tab has asked for itself')
    })

    test('offers a new version of the interface, and never loads it by itself', async () => {
      const run = await startRun()
      const { page } = await open(`/runs/${run}`, { as: 'visitor' })
      await page.getByText('Live', { exact: true }).waitFor()
      await page.evaluate('globalThis.isTheSame = true')
      // What a server of the next version would say.
      await page.route('**/build.json', (route) =>
        route.fulfill({ json: { build: 'the next one' } }),
      )
      await served.restart()
      await page.getByText('This interface has a new version.').waitFor()
      assert.equal(await page.evaluate('globalThis.isTheSame === true'), true)
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'run-new-version')
      await page.getByRole('button', { name: 'Reload to update' }).click()
      await page.getByText('This interface has a new version.').waitFor({ state: 'detached' })
      await page.getByText('Live', { exact: true }).waitFor()
      assert.equal(await page.evaluate('globalThis.isTheSame === true'), false)
    })
  })
}
