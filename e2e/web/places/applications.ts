import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { PlacedCar } from '../placed-car.ts'
import { examine, findBarriers, screenshot } from '../browser.ts'
import type { Scene } from '../scene.ts'

const MODEL = '/apps/connected-car:data-backend/model'
const FLASH = '/apps/connected-car:vehicle-firmware/processes/battery-light.deploy'

export function testApplications({ open, served, world: car }: Scene<PlacedCar>): void {
  suite('applications', () => {
    test('are listed with where they run, and found by component', async () => {
      const { page, problems } = await open('/apps')
      await page.getByRole('link', { name: 'data-backend' }).waitFor()
      await page.getByRole('row', { name: /mobile-app.*Production 1\.9\.2/ }).waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'applications')
      await page.keyboard.press('/')
      await page.keyboard.type('push-relay')
      await page.getByRole('link', { name: 'data-backend' }).waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'mobile-app' }).click()
      await page.getByRole('heading', { level: 1, name: 'mobile-app' }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('show their model: tiers, components, and a wire to each tier that takes them', async () => {
      const { page } = await open(MODEL)
      await page.getByRole('button', { name: 'Staging' }).click()
      const wires = page.locator('[data-wire]')
      await page
        .getByRole('img', { name: 'Wires: edge to web, store to db, insight to app' })
        .waitFor()
      assert.deepEqual(await wires.evaluateAll((all) => all.map((one) => one.dataset['wire'])), [
        'edge → web',
        'store → db',
        'insight → app',
      ])
      // A wire begins at the dot of the one card and ends at that of the other.
      await page.waitForFunction(`(() => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect()
      const [from, to, wire] = ['[data-dot="tier edge"]', '[data-dot="place web"]', '[data-wire]'].map(box)
      const isNear = (x, dot) => Math.abs(x - (dot.left + dot.width / 2)) < 3
      return isNear(wire.left, from) && isNear(wire.right, to)
    })()`)
      await page.getByRole('button', { name: 'Dev' }).click()
      await page.getByRole('img', { name: /insight to all-in-one/ }).waitFor()
    })

    test('map a tier to another place by dragging its wire, and publish that with a reason', async () => {
      const { page, problems } = await open(`${MODEL}?env=connected-car%2Fstaging`)
      await page
        .getByRole('img', { name: 'Wires: edge to web, store to db, insight to app' })
        .waitFor()
      const changes = page.getByRole('region', { name: 'Changes of the tier map' })
      const drag = async (to: string): Promise<void> => {
        const [dot, place] = [
          await page.locator('[data-dot="tier insight"]').boundingBox(),
          await page.locator(`[data-place="${to}"]`).boundingBox(),
        ]
        assert.ok(dot)
        assert.ok(place)
        await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2)
        await page.mouse.down()
        await page.mouse.move(place.x + 80, place.y + 30, { steps: 8 })
      }
      await drag('web')
      await page.keyboard.press('Escape')
      await page.mouse.up()
      assert.equal(await changes.count(), 0, 'let go by Escape')
      await drag('web')
      await page.mouse.up()
      await changes.getByText('1 change from revision 1 of Staging').waitFor()
      await changes.getByText('Valid').waitFor()
      await page.getByRole('img', { name: /insight to web from now on/ }).waitFor()
      await examine(page, 'model-mapped', {
        onPhone: () => page.getByText('Tiers are mapped on screens from 900 px on.').waitFor(),
      })
      // It is a change of this application alone.
      await page.keyboard.press('Control+k')
      await page.keyboard.type('mobile-app')
      await page
        .getByRole('option', { name: /^mobile-app/ })
        .first()
        .click()
      await page.getByRole('heading', { level: 1, name: 'mobile-app' }).waitFor()
      await page.getByRole('button', { name: 'Staging' }).click()
      await page.getByRole('img', { name: /^Wires: / }).waitFor()
      assert.equal(await changes.count(), 0, 'of another application')
      await page.goto(`${served.url}${MODEL}?env=connected-car%2Fstaging`)
      await drag('web')
      await page.mouse.up()
      await changes.getByRole('button', { name: 'Discard' }).click()
      await changes.waitFor({ state: 'detached' })
      // The same without a mouse.
      await page.getByLabel('Place of insight in Staging').selectOption('web')
      await changes.getByText('Valid').waitFor()
      await changes.getByRole('button', { name: 'Publish…' }).press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Publish revision 2' })
      await dialog.getByRole('list', { name: 'Changes' }).getByText('web').waitFor()
      await page.keyboard.type('The app host is taken down.')
      await page.keyboard.press('Control+Enter')
      await page.getByText('Revision 2 of Staging is published').waitFor()
      await page
        .getByRole('img', { name: 'Wires: edge to web, store to db, insight to web' })
        .waitFor()
      assert.equal(await changes.count(), 0)
      const { items } = await car.admin.listDefinitions({ kind: 'environment', name: 'staging' })
      assert.equal(items[0]?.comment, 'The app host is taken down.')
      assert.deepEqual(problems, [])
    })

    test('offer no mapping to who may not publish', async () => {
      await served.person(car.admin, 'viewer', { project: car.project, roles: ['viewer'] })
      const { page } = await open(MODEL, { as: 'viewer' })
      await page.getByText('Every tier has a place in all 4').waitFor()
      assert.equal(await page.getByLabel(/^Place of/).count(), 0)
      assert.equal(await page.getByTitle('Drag it to another place').count(), 0)
    })

    test('show a component beside the model, with the tier map of all environments', async () => {
      const { page } = await open(`${MODEL}?env=connected-car%2Fstaging`)
      await page.getByRole('button', { name: 'fleet-dashboard' }).click()
      const panel = page.getByRole('complementary', { name: 'fleet-dashboard' })
      await panel.getByText('Every tier has a place in all 4').waitFor()
      await panel.getByText('telemetry-api').waitFor()
      assert.match(page.url(), /component=fleet-dashboard/)
      await panel.getByRole('link', { name: /^undeploy/ }).click()
      await page.getByRole('heading', { name: 'Undeploy fleet-dashboard' }).waitFor()
    })

    test('show a process as a graph, and the selected step', async () => {
      const { page, problems } = await open(FLASH)
      await page.getByRole('button', { name: /^Reboot into slot B/ }).click()
      const panel = page.getByRole('complementary', { name: 'Reboot into slot B' })
      await panel.getByText('a person is asked').waitFor()
      const edges = page.locator('[data-edge]')
      assert.equal(await edges.count(), 10)
      const boxOf = async (name: RegExp) => {
        const box = await page.getByRole('button', { name }).boundingBox()
        assert.ok(box)
        return box
      }
      const [flash, settings, reboot] = [
        await boxOf(/^Flash/),
        await boxOf(/^Carry over settings/),
        await boxOf(/^Reboot/),
      ]
      assert.equal(flash.y, settings.y, 'side by side')
      assert.ok(reboot.y > flash.y + flash.height, 'below both')
      assert.deepEqual(problems, [])
    })

    test('let a process be walked by the arrow keys along its edges', async () => {
      const { page } = await open(FLASH)
      await page.getByRole('button', { name: /^Fetch/ }).focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByRole('complementary', { name: 'Reboot into slot B' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('complementary', { name: 'Reboot' }).waitFor({ state: 'detached' })
    })

    test('compare two revisions of a process as one graph, in signs and words', async () => {
      await changeFlash(car)
      const { page, problems } = await open(FLASH)
      await page.getByRole('button', { name: 'Compare' }).click()
      await page.getByText('1 added, 1 removed, 1 changed, 1 moved, 6 as they were').waitFor()
      await page.getByRole('button', { name: /^Light check.*removed$/ }).waitFor()
      await page.getByRole('button', { name: /^Check the clock.*added$/ }).waitFor()
      await page.getByRole('button', { name: /^Reboot into slot B.*changed$/ }).click()
      const panel = page.getByRole('complementary', { name: 'Reboot into slot B' })
      await panel.getByRole('listitem').filter({ hasText: 'timeout' }).getByText('8m').waitFor()
      const gone = page.locator('[data-edge="Reboot into slot B → Light check"]')
      assert.equal(await gone.getAttribute('data-look'), 'removed')
      await examine(page, 'process-compare')
      await page.getByLabel('From', { exact: true }).selectOption('2')
      await page.getByRole('status').getByText('Nothing is different').waitFor()
      assert.match(page.url(), /against=2/)
      await page.goto(`${served.url}/apps/connected-car:mobile-app/processes/deploy?view=compare`)
      await page.getByText('Revision 1 is the first').waitFor()
      assert.deepEqual(problems, [])
    })

    test('say that no run has carried out a process yet', async () => {
      const { page } = await open(`${FLASH}?view=run`)
      await page.getByText('Nothing has run yet').waitFor()
      // Whoever chooses by the keyboard goes on from there.
      const shown = page.getByRole('group', { name: 'Shown' })
      for (const view of ['Definition', 'Run', 'Compare']) {
        await shown.getByRole('button', { name: view }).press('Enter')
        await shown.locator('[aria-pressed="true"]', { hasText: view }).waitFor()
        assert.equal(await page.evaluate('document.activeElement?.textContent'), view)
      }
      await page.goto(`${served.url}${FLASH}?view=compare&revision=1&step=battery-light`)
      await shown.getByRole('button', { name: 'Run' }).press('Enter')
      await page.getByText('Nothing has run yet').waitFor()
      for (const kept of ['revision=1', 'step=battery-light']) assert.ok(page.url().includes(kept))
      assert.deepEqual(await findBarriers(page), [])
    })

    test('lead from the process of an application into that of a component', async () => {
      const { page } = await open('/apps/connected-car:data-backend/processes/deploy')
      await page.getByRole('button', { name: /^ingest-api/ }).click()
      await page.getByRole('link', { name: 'Steps of ingest-api deploy' }).click()
      await page.getByRole('heading', { name: 'Deploy ingest-api' }).waitFor()
    })

    test('that are not there are told apart from processes that are not there', async () => {
      const { page } = await open('/apps/connected-car:nothing/model')
      await page.getByText('There is no application “nothing”').waitFor()
      await page.goto(`${served.url}/apps/connected-car:data-backend/processes/dance`)
      await page.getByText('data-backend has no process “dance”').waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(
        `${MODEL}?env=connected-car%2Fstaging&component=fleet-dashboard`,
      )
      const onPhone = () => page.getByRole('button', { name: 'Close' }).click()
      await page.getByText('Every tier has a place in all 4').first().waitFor()
      await examine(page, 'model', { onPhone })
      await page.goto(`${served.url}${FLASH}?step=Reboot+into+slot+B`)
      await page.getByRole('complementary', { name: 'Reboot into slot B' }).waitFor()
      await examine(page, 'process', { onPhone })
      assert.deepEqual(problems, [])
    })
  })
}

/** Publishes a revision in which the light is flashed otherwise. */
async function changeFlash({ admin, project }: PlacedCar): Promise<void> {
  const { items } = await admin.listDefinitions({ project, name: 'vehicle-firmware' })
  const [firmware] = items
  assert.ok(firmware)
  const text = JSON.stringify(firmware.body)
  const at = text.indexOf('"name":"battery-light"')
  const changed = text
    .slice(at)
    .replace('"timeout":"5m"', '"timeout":"8m"')
    .replaceAll('"Light check"', '"Check the clock"')
    .replace('["light","check"]', '["clock","check"]')
  const body: unknown = JSON.parse(text.slice(0, at) + changed)
  await admin.reviseDefinition({
    definition: firmware.id,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object with other words in it is one
    body: body as Record<string, unknown>,
    from: firmware.revision,
    comment: 'Charge lights take longer to boot.',
  })
}
