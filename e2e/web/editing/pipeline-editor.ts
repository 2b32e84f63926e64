import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { presentDraftAsYaml } from '@lockstep/define/notation'
import type { Locator, Page } from 'playwright-core'
import { carRelease, carReleaseOf } from '../car-release.ts'
import type { Story } from '../story.ts'
import { examine, findBarriers, scrollsSideways } from '../browser.ts'
import type { Scene } from '../scene.ts'

const EDIT = '/pipelines/connected-car:car-release/edit'
const WIDTHS = [1440, 1280, 1024, 900, 768, 360] as const

// One pipeline, edited again and again: each test begins with the newest revision.

export function testPipelineEditor({ open, served, world: story }: Scene<Story>): void {
  suite('the pipeline editor', () => {
    before(async () => {
      await carRelease(story)
    })

    const newest = async () => {
      const { items } = await story.admin.listDefinitions({ kind: 'pipeline', name: 'car-release' })
      const [found] = items
      if (found === undefined) throw new Error('there is no pipeline car-release')
      return found
    }
    const publish = async (page: Page, why: string): Promise<void> => {
      await page.getByRole('button', { name: 'Publish…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Why, in a line').fill(why)
      await page.keyboard.press('Control+Enter')
    }

    test('changes a limit, shows what that changes, and publishes it with a reason', async () => {
      const { page, problems } = await open(EDIT)
      await page.getByText('nothing changed').waitFor()
      await page.getByRole('button', { name: /^Exit gate 2 checks/ }).click()
      const inspector = page.getByRole('complementary', { name: 'Inspector' })
      await inspector.getByRole('button', { name: /^Ingest errors/ }).click()
      await inspector.getByLabel('Below', { exact: true }).fill('0.25')
      await page.getByText('1 change from rev 1').waitFor()
      await page.getByRole('button', { name: /^Exit gate 2 checks.*changed/ }).waitFor()
      await page.getByText('Valid', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Publish…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Publish revision 2' })
      await dialog.getByText('0.25').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      assert.ok(await dialog.getByRole('button', { name: 'Publish' }).isDisabled())
      await dialog.getByLabel('Why, in a line').fill('The bench is quieter now.')
      await dialog.getByRole('button', { name: 'Publish' }).click()
      await page.getByText('Revision 2 is published').waitFor()
      await page.getByRole('link', { name: /^Revision 2.*ahead of its source.*quieter/ }).waitFor()
      const { revision, aheadOfSource, comment, body } = await newest()
      assert.deepEqual([revision, aheadOfSource, comment], [2, true, 'The bench is quieter now.'])
      assert.match(JSON.stringify(body), /"below":0\.25/)
      assert.deepEqual(problems, [])
    })

    test('says what is wrong in its place, and publishes nothing until that is right', async () => {
      const { page } = await open(`${EDIT}?part=stages.0.tasks.1.tasks.0`)
      const name = page.getByLabel('Name', { exact: true })
      await name.fill('')
      await page.getByRole('button', { name: '1 problem' }).waitFor()
      await page
        .getByRole('button', { name: /problem$/ })
        .first()
        .waitFor()
      assert.ok(await page.getByRole('button', { name: 'Publish…' }).isDisabled())
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Valid', { exact: true }).waitFor()
      assert.equal(await name.inputValue(), 'Telemetry round trip')
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.getByText('nothing changed').waitFor()
    })

    test('moves a task into another stage, and a stage before another, by dragging', async () => {
      const { page, problems } = await open(EDIT)
      const card = (text: string) => page.locator('[data-part]').filter({ hasText: text })
      const gripOf = (title: string) =>
        page.locator('li', { hasText: title }).last().getByTitle('Drag it to another place')
      await gripOf('Charge within').dragTo(card('Tell the owners'), {
        targetPosition: { x: 100, y: 4 },
      })
      await page.waitForURL('**?part=stages.1.tasks.1')
      assert.equal(await card('Charge within').getAttribute('data-part'), 'stages.1.tasks.1')
      assert.equal(await card('Tell the owners').getAttribute('data-part'), 'stages.1.tasks.2')
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('nothing changed').waitFor()
      const stages = page.locator('li.w-72')
      await stages
        .nth(1)
        .getByTitle('Drag it to another place')
        .first()
        .dragTo(stages.nth(0), { targetPosition: { x: 20, y: 20 } })
      await page.waitForURL('**?part=stages.0')
      assert.match(await stages.nth(0).innerText(), /^Production/)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('nothing changed').waitFor()
      assert.deepEqual(problems, [])
    })

    test('leaves a task where it is that is let go over itself, or beside all places', async () => {
      const { page, problems } = await open(`${EDIT}?part=stages.0.tasks.1.tasks.0`)
      const card = page.locator('[data-part="stages.0.tasks.1.tasks.0"]')
      const other = page.locator('[data-part="stages.1.tasks.0"]')
      const grip = card.locator('..').getByTitle('Drag it to another place')
      const field = page.getByLabel('Name', { exact: true })
      const line = page.locator('li span.bg-accent.absolute')
      const goTo = async (there: Locator): Promise<void> => {
        const box = await there.boundingBox()
        assert.ok(box)
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 3]
        // What is under the mouse hears of it from the second move on.
        await page.mouse.move(x, y)
        await page.mouse.move(x, y + 1)
        await page.mouse.move(x, y + 2)
      }
      const before = [await card.innerText(), await field.inputValue()]
      for (const place of [card, field]) {
        await goTo(grip)
        await page.mouse.down()
        await goTo(other)
        await line.waitFor()
        await goTo(place)
        await line.waitFor({ state: 'detached' })
        await page.mouse.up()
        assert.deepEqual([await card.innerText(), await field.inputValue()], before)
        assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled())
      }
      assert.deepEqual(problems, [])
    })

    test('is drawn smaller and larger, and as it fits', async () => {
      const { page } = await open(EDIT)
      const canvas = page.getByRole('region', { name: 'Stages' })
      const widthOf = async () => (await canvas.locator('[data-part]').first().boundingBox())?.width
      await canvas.locator('[data-part]').first().waitFor()
      const full = await widthOf()
      await page.getByRole('button', { name: 'Zoom out' }).click()
      await page.getByText('75 %').waitFor()
      assert.ok(full !== undefined)
      // Edges fall on whole points of the screen.
      assert.ok(Math.abs(((await widthOf()) ?? 0) - full * 0.75) < 2)
      await page.getByRole('button', { name: 'Zoom out' }).click()
      assert.ok(await page.getByRole('button', { name: 'Zoom out' }).isDisabled())
      await page.getByRole('button', { name: 'Fit all of it in' }).click()
      await page.getByText('50 %').waitFor({ state: 'detached' })
      assert.equal(
        await canvas.evaluate(
          (area: { scrollWidth: number; clientWidth: number }) =>
            area.scrollWidth > area.clientWidth,
        ),
        false,
      )
    })

    test('adds, moves, duplicates and removes by keyboard, and takes everything back', async () => {
      const { page } = await open(`${EDIT}?part=stages.0.tasks.1.tasks.0`)
      const card = (text: string) => page.locator('[data-part]').filter({ hasText: text })
      await card('Charge within').waitFor()
      await page.keyboard.press('t')
      await card('New test').getByText('new', { exact: true }).waitFor()
      await page.keyboard.press('Shift+ArrowUp')
      await page.waitForURL('**?part=stages.0.tasks.1.tasks.2')
      await page.getByRole('button', { name: 'Duplicate' }).click()
      await card('New test copy').waitFor()
      await page.getByRole('button', { name: 'Remove' }).click()
      await card('New test copy').waitFor({ state: 'detached' })
      for (let steps = 0; steps < 4; steps += 1) await page.keyboard.press('Control+z')
      await card('New test').waitFor({ state: 'detached' })
      await page.getByText('nothing changed').waitFor()
      await page.keyboard.press('Control+Shift+z')
      await card('New test').waitFor()
      await page.keyboard.press('g')
      await page.getByRole('heading', { name: 'New approval' }).waitFor()
      await page
        .getByRole('button', { name: /problem/ })
        .first()
        .waitFor()
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.getByText('Draft discarded').waitFor()
      await page.getByRole('button', { name: 'Take back' }).click()
      await card('New test').waitFor()
      await page.getByRole('button', { name: 'Discard' }).click()
    })

    test('keeps the draft in the browser, and shows the same draft as code', async () => {
      const { page } = await open(EDIT)
      await page.getByLabel('Title', { exact: true }).fill('Car release at night')
      await page.getByText('1 change from rev 2').waitFor()
      await page.reload()
      await page.getByText('1 change from rev 2').waitFor()
      await page.getByRole('group', { name: 'Show' }).getByText('Code').click()
      const code = page.getByRole('textbox', { name: 'Definition as YAML' })
      await code.getByText('Car release at night').waitFor()
      assert.deepEqual(await page.locator('.cm-line-added').allInnerTexts(), [
        'title: Car release at night',
      ])
      // Letters are text here, and no keys of the page; what was typed is taken back where it was typed.
      await code.press('Control+End')
      await page.keyboard.type('# t g ?\n')
      for (let n = 0; n < 3; n += 1) await page.keyboard.press('Control+z')
      await code.getByText('Car release at night').waitFor()
      assert.equal(await page.getByRole('dialog').count(), 0)
      await page.getByText('1 change from rev 2').waitFor()
      await code.fill('pipeline: [')
      await page
        .getByText(/^This is not readable as YAML: /)
        .first()
        .waitFor()
      await page.getByText('The code cannot be read').waitFor()
      await page.getByRole('group', { name: 'Show' }).getByText('Visual').click()
      await page.getByRole('group', { name: 'Show' }).getByText('Code').click()
      await code.getByText('pipeline: [').waitFor()
      await code.fill(`pipeline: ${'x'.repeat(400)}`)
      assert.equal(await scrollsSideways(page), false)
      await page.getByRole('button', { name: /^Not accepted|problem/ }).waitFor()
      await code.fill(presentDraftAsYaml({ ...carReleaseOf(0.2), title: 'By code' }))
      await page.getByText(/^The definition as YAML/).waitFor()
      await examine(page, 'pipeline-editor-code', { widths: [1440, 1024] })
      await page.getByRole('group', { name: 'Show' }).getByText('Visual').click()
      await page.getByRole('button', { name: /^Exit gate 2 checks.*changed/ }).waitFor()
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.getByText('nothing changed').waitFor()
    })

    test('says who was faster, and keeps my draft', async () => {
      const { page } = await open(EDIT)
      await page.getByLabel('Title', { exact: true }).fill('Mine')
      await page.getByText('1 change from rev 2').waitFor()
      const { id, body } = await newest()
      await story.admin.reviseDefinition({
        definition: id,
        body: { ...body, title: 'Theirs' },
        from: 2,
        comment: 'I was faster',
      })
      await page.getByText(/admin published revision 3.*I was faster/).waitFor()
      await publish(page, 'Too late')
      await page
        .getByRole('dialog')
        .getByText(/is at revision 3 now/)
        .waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click()
      assert.equal(await page.getByLabel('Title', { exact: true }).inputValue(), 'Mine')
      await page.getByRole('button', { name: 'Go on from 3' }).click()
      await page.getByText('Draft from rev 3').waitFor()
      await publish(page, 'Both are considered')
      await page.getByText('Revision 4 is published').waitFor()
      assert.equal((await newest()).body['title'], 'Mine')
    })

    test('is not offered to who may not edit, nor where there is no room', async () => {
      const { page } = await open('/pipelines/connected-car:car-release', { as: 'visitor' })
      await page.getByText('Developers of the project edit it').waitFor()
      assert.equal(await page.getByRole('link', { name: 'Edit' }).count(), 0)
      await page.goto(`${served.url}${EDIT}`)
      await page.getByRole('link', { name: 'Read the definition' }).waitFor()
      const { page: phone } = await open(EDIT, { size: { width: 390, height: 844 } })
      await phone.getByText('The editor needs more room').waitFor()
      assert.deepEqual(await findBarriers(phone), [])
    })

    test('has no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(`${EDIT}?part=stages.0.exit.1&show=split`)
      await page.getByText('Valid', { exact: true }).waitFor()
      await page.getByLabel('Below', { exact: true }).fill('0.2')
      await page.getByText(/1 change from rev/).waitFor()
      await examine(page, 'pipeline-editor', { widths: WIDTHS })
      assert.deepEqual(problems, [])
    })
  })
}
