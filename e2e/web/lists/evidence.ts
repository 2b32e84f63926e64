import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, suite, test } from 'node:test'
import type { Story } from '../story.ts'
import { addressOf, examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'
import { getWaitingGate } from '../waiting-gate.ts'

const COMMENT = 'Measured twice.'

export function testEvidence({ open, world: story }: Scene<Story>): void {
  suite('evidence', () => {
    before(async () => {
      const run = await story.startToGate('round-trip')
      const { id: gate, covers } = await getWaitingGate(story.lead, run)
      await story.lead.decideGate({ gate, decision: 'approve', covers, comment: COMMENT })
    })

    test('is searched by what it is about and by whom, and shows what was written', async () => {
      const { page, problems } = await open('/evidence')
      await page.getByLabel('About', { exact: true }).selectOption('decisions')
      const row = page.getByRole('row', { name: /qa-lead approved at a gate/ })
      await row.getByText(COMMENT).waitFor()
      await page.getByRole('row', { name: /made the project/ }).waitFor({ state: 'detached' })
      await page.getByLabel('By', { exact: true }).selectOption({ label: 'release-manager' })
      await row.waitFor({ state: 'detached' })
      await page.getByLabel('By', { exact: true }).selectOption({ label: 'qa-lead' })
      await row.getByRole('button').click()
      const panel = page.getByRole('complementary', { name: 'approved at a gate' })
      await panel.getByText(COMMENT, { exact: true }).waitFor()
      const { page: other } = await open(addressOf(page))
      await other.getByRole('complementary', { name: 'approved at a gate' }).waitFor()
      await other.getByRole('button', { name: 'All entries about it' }).click()
      await other.getByRole('button', { name: 'One thing only' }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('is exported as it is searched, one entry a line', async () => {
      const { page } = await open('/evidence?about=decisions')
      await page.getByRole('row', { name: /approved at a gate/ }).waitFor()
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Export' }).click()
      const file = await download
      assert.equal(file.suggestedFilename(), 'audit-connected-car.jsonl')
      const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n')
      const entries = lines.map((line) => JSON.parse(line))
      assert.ok(entries.some(({ type, by }) => type === 'decision_recorded' && by === 'qa-lead'))
      assert.ok(!entries.some(({ type }) => type === 'project_created'))
    })

    test('is verified: nothing was changed since it was written', async () => {
      const { page } = await open('/evidence')
      await page.getByRole('button', { name: 'Verify' }).click()
      await page.getByRole('dialog', { name: 'The trail is as it was written' }).waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('says when nothing fits, and tells a viewer whom it is shown to', async () => {
      const { page } = await open('/evidence?to=2020-01-01')
      await page.getByText('No entry fits').waitFor()
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await page.getByRole('row', { name: /made the project/ }).waitFor()
      const { page: theirs } = await open('/evidence', { as: 'visitor' })
      await theirs.getByText(/^The audit trail is shown to owners/).waitFor()
      assert.equal(await theirs.getByRole('button', { name: 'Export' }).count(), 0)
    })

    test('has no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open('/evidence?about=decisions')
      await page
        .getByRole('row', { name: /qa-lead approved/ })
        .getByRole('button')
        .click()
      await page.getByRole('complementary', { name: 'approved at a gate' }).waitFor()
      const onPhone = () => page.getByRole('button', { name: 'Close' }).click()
      await examine(page, 'evidence', { onPhone })
      assert.deepEqual(problems, [])
    })
  })
}
