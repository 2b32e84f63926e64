import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { DeliveredCar } from '../delivered-car.ts'
import { addressOf, examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

const SNAPSHOTS = '/apps/connected-car:vehicle-firmware/snapshots'

export function testSnapshots({ open, served, world: car }: Scene<DeliveredCar>): void {
  suite('snapshots', () => {
    test('are listed newest first, with where each runs, and opened with their digests', async () => {
      const { page, problems } = await open('/apps/connected-car:vehicle-firmware/model')
      await page.getByRole('link', { name: 'Snapshots' }).click()
      const [newest, oldest] = [
        page.getByRole('row', { name: /2\.0\.0/ }),
        page.getByRole('row', { name: /1\.8\.4/ }),
      ]
      await newest.getByText('vehicle-firmware #2').waitFor()
      await oldest.and(page.getByRole('row', { name: /\bruns runs\b/ })).waitFor()
      const nowhere = page.getByRole('row', { name: /was never there.*was never there/ })
      await newest.and(nowhere).waitFor()
      await newest.getByRole('button', { name: '2.0.0' }).click()
      const panel = page.getByRole('complementary', { name: '2.0.0' })
      await panel.getByText('telemetry-agent/deploy').waitFor()
      assert.match(await panel.innerText(), /sha256:[0-9a-f]{7}…[0-9a-f]{4}/)
      assert.deepEqual(problems, [])
    })

    test('claim nothing of environments that could not be read, and say so', async () => {
      const { page } = await open('/apps')
      const history = '**/v1/environments/*/history?*'
      await page.route(history, (route) => route.fulfill({ status: 503 }))
      await page.goto(`${served.url}${SNAPSHOTS}`)
      const failure = page.getByRole('alert').filter({ hasText: 'could not be loaded' })
      await failure.getByText('Where they run and ran').waitFor()
      await page.getByRole('row', { name: /1\.8\.4.* runs runs / }).waitFor()
      assert.equal(await page.getByText('was never there').count(), 0)
      assert.deepEqual(await findBarriers(page), [])
      await page.unroute(history)
      await failure.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('row', { name: /2\.0\.0.*was never there.*was never there/ }).waitFor()
      await failure.waitFor({ state: 'detached' })
    })

    test('are compared byte for byte, and the address shows the same to others', async () => {
      const { page } = await open(`${SNAPSHOTS}?snapshot=2.0.0`)
      await page.getByLabel('Another snapshot').selectOption('1.8.4')
      await page.getByText('1 part differs').waitFor()
      const { page: other } = await open(addressOf(page))
      const table = other.getByRole('region', { name: 'What differs' })
      assert.match(await table.innerText(), /telemetry-agent component/)
      await other.keyboard.press('Escape')
      await table.waitFor({ state: 'detached' })
    })

    test('are promoted: the plan is shown, and exactly that is started', async () => {
      const { page } = await open(`${SNAPSHOTS}?snapshot=2.0.0`)
      await page.getByRole('button', { name: 'Promote…' }).click()
      await page.getByLabel('Pipeline').selectOption('connected-car/sign-off')
      assert.ok(await page.getByRole('button', { name: 'Show the plan' }).isDisabled())
      await page.getByLabel('Snapshot of data-backend').selectOption('2.0.1')
      await page.getByLabel('Snapshot of mobile-app').selectOption('2.0.2')
      const show = page.getByRole('button', { name: 'Show the plan' })
      const plan = page.getByRole('list', { name: 'Plan' })
      await show.dblclick()
      await plan.waitFor()
      await page.getByLabel('Snapshot of mobile-app').selectOption('')
      await page.getByLabel('Snapshot of mobile-app').selectOption('2.0.2')
      await show.and(page.locator(':enabled')).waitFor()
      await page.keyboard.down('Control')
      await page.keyboard.down('Enter')
      await plan.waitFor()
      await page.keyboard.down('Enter') // Held.
      await page.keyboard.up('Enter')
      await page.keyboard.up('Control')
      await page.locator(':focus').and(page.locator(':has(> ol)')).waitFor()
      assert.match(
        await plan.innerText(),
        /vehicle-firmware\s+applications\s+1\.8\.4\s+→\s+2\.0\.0/,
      )
      // Where it would wait, and for nothing, is said before it is started.
      assert.match(
        await plan.innerText(),
        /Entry: Compatible · Ready for Production: one of qa, release-managers/,
      )
      assert.deepEqual(await findBarriers(page), [])
      assert.deepEqual((await car.admin.listRuns({ name: 'sign-off' })).items, [])
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.locator('button:focus', { hasText: 'Start exactly this' }).waitFor()
      await page.keyboard.press('Control+Enter')
      await page.getByText('Started sign-off #1').waitFor()
      const { items } = await car.admin.listRuns({ name: 'sign-off' })
      assert.deepEqual(items[0]?.brings.map(({ version }) => version).toSorted(), [
        '2.0.0',
        '2.0.1',
        '2.0.2',
      ])
    })

    test('are shown to a viewer, who is told who may start what takes them', async () => {
      const { page } = await open(`${SNAPSHOTS}?snapshot=1.8.4`, { as: 'viewer' })
      await page.getByRole('button', { name: 'Promote…' }).click()
      await page.getByText(/^Starting runs there is for developers/).waitFor()
      assert.equal(await page.getByRole('button', { name: /plan|Start/ }).count(), 0)
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(`${SNAPSHOTS}?snapshot=2.0.0&with=1.8.4`)
      await page.getByText('1 part differs').waitFor()
      await examine(page, 'snapshots', {
        onPhone: () => page.getByRole('button', { name: 'Close' }).click(),
      })
      await page.goto(`${served.url}${SNAPSHOTS}?q=nowhere`)
      await page.getByText('Nothing fits “nowhere”').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      assert.deepEqual(problems, [])
    })
  })
}
