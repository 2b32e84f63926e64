import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { carRelease, editRelease } from '../car-release.ts'
import { tested, type Story } from '../story.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

const RELEASE = '/pipelines/connected-car:car-release'

export function testPipelines({ open, served, world: story }: Scene<Story>): void {
  suite('pipelines', () => {
    before(async () => {
      await carRelease(story)
      await story.admin.applyDefinitions({
        project: story.project,
        source: 'drive',
        definitions: [{ definition: tested('drive', 'Test drive') }],
      })
      await story.startToGate('drive')
    })

    test('are listed with their stages and how their last runs went', async () => {
      const { page, problems } = await open('/pipelines')
      const row = page.getByRole('row').filter({ hasText: 'Test drive' })
      await row.getByRole('img', { name: '1 run: 1 waiting on a person' }).waitFor()
      await page
        .getByRole('row')
        .filter({ hasText: 'Car release' })
        .getByText('Staging → Production')
        .waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('car rel')
      await row.waitFor({ state: 'detached' })
      await page.keyboard.press('Escape')
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.waitForURL(`**${RELEASE}`)
      assert.deepEqual(problems, [])
    })

    test('show their stages, gates and tasks; the address of a part brings others to it', async () => {
      const { page } = await open(RELEASE)
      await page.getByRole('button', { name: /^Exit gate 2 checks · 1 approval/ }).click()
      const panel = page.getByRole('complementary', { name: 'Exit gate' })
      await panel.getByText('Ingest errors').waitFor()
      await panel.getByText('1 of qa').waitFor()
      await page.waitForURL('**?part=stages.0.exit')
      const { page: other } = await open(`${RELEASE}?part=stages.0.tasks.0.tasks.1`)
      await other
        .getByRole('complementary', { name: 'Deploy data-backend' })
        .getByText('30m')
        .waitFor()
      await other.keyboard.press('Escape')
      await other
        .getByRole('complementary', { name: 'Deploy data-backend' })
        .waitFor({ state: 'detached' })
    })

    test('can be walked by keyboard, card by card', async () => {
      const { page } = await open(RELEASE)
      await page
        .getByRole('button', { name: /^Entry gate/ })
        .first()
        .focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByRole('complementary', { name: 'Deploy data-backend' }).waitFor()
    })

    test('show their runs', async () => {
      const { page } = await open('/pipelines/connected-car:drive?view=runs')
      await page
        .getByRole('region', { name: 'Runs' })
        .getByRole('link', { name: /Test drive/ })
        .first()
        .waitFor()
      await page.goto(`${served.url}${RELEASE}?view=runs`)
      await page.getByText('It has not run yet').waitFor()
    })

    test('keep every revision, and say what is different between two', async () => {
      await editRelease(story)
      const { page } = await open(`${RELEASE}?view=revisions`)
      const changes = page.getByRole('list', { name: 'Changes' })
      await changes.getByText(/0\.5/).first().waitFor()
      await page.getByRole('link', { name: /^Revision 1/ }).click()
      await page.getByText('There is nothing before it to compare with.').waitFor()
      // A revision that there never was is as if it was not asked for.
      await page.goto(`${served.url}${RELEASE}?view=revisions&revision=99`)
      await changes.getByText(/0\.5/).first().waitFor()
      await page.goto(`${served.url}${RELEASE}?revision=1`)
      await page.getByText('This is revision 1; the newest is 2.').waitFor()
      await page.goto(`${served.url}${RELEASE}?view=revisions&revision=1`)
      await page.getByRole('button', { name: 'Restore 1…' }).click()
      const dialog = page.getByRole('dialog')
      assert.deepEqual(await findBarriers(page), [])
      await dialog.getByLabel('Why, in a line').fill('The limit was right.')
      await dialog.getByRole('button', { name: 'Restore 1' }).click()
      await page.getByText('Revision 3 says what 1 said').waitFor()
      await page.getByRole('link', { name: /^Revision 3.*ahead of its source/ }).waitFor()
    })

    test('offer nobody what would be refused', async () => {
      const { page } = await open(`${RELEASE}?view=revisions&revision=1`, { as: 'visitor' })
      await page.getByRole('link', { name: /^Revision 1/ }).waitFor()
      assert.equal(await page.getByRole('button', { name: /Restore/ }).count(), 0)
    })

    test('that are not there say so', async () => {
      const { page } = await open('/pipelines/connected-car:nothing')
      await page.getByText('There is no pipeline “nothing”').waitFor()
      await page.goto(`${served.url}/pipelines?q=nowhere`)
      await page.getByText('Nothing fits “nowhere”').waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open('/pipelines')
      for (const [name, path, isReady, panel] of [
        ['pipelines', '/pipelines', page.getByRole('img', { name: /^1 run/ })],
        [
          'pipeline',
          `${RELEASE}?part=stages.0.exit`,
          page.getByText('Tell the owners'),
          'Exit gate',
        ],
        ['revisions', `${RELEASE}?view=revisions`, page.getByRole('list', { name: 'Changes' })],
      ] as const) {
        await page.goto(`${served.url}${path}`)
        await isReady.first().waitFor()
        if (panel !== undefined) await page.getByRole('complementary', { name: panel }).waitFor()
        const onPhone = () => page.getByRole('button', { name: 'Close' }).click()
        await examine(page, name, panel === undefined ? {} : { onPhone })
      }
      assert.deepEqual(problems, [])
    })
  })
}
