import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { placeCar } from './placed-car.ts'
import { examine, findBarriers, screenshot } from './browser.ts'
import { setScene } from './scene.ts'

const MODEL = '/apps/connected-car:data-backend/model'
const FLASH = '/apps/connected-car:vehicle-firmware/processes/battery-light.deploy'

const { open, served } = await setScene(async (served) => placeCar(await served.admin()))

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
