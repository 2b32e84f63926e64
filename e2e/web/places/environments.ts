import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { PlacedCar } from '../placed-car.ts'
import { addressOf, examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

const STAGING_FIRMWARE =
  '/environments?app=connected-car%2Fvehicle-firmware&env=connected-car%2Fstaging'

export function testEnvironments({ open, served, world: car }: Scene<PlacedCar>): void {
  suite('environments', () => {
    test('show which version runs where, in the order of delivery', async () => {
      const { page, problems } = await open('/environments')
      await page.getByText('2.0.0-rc.6').first().waitFor()
      await inOrder(page)
      const heads = await page.getByRole('columnheader').allInnerTexts()
      assert.deepEqual(
        heads.map((head) => head.split('\n')[0]),
        ['Application and component', 'Dev', 'QA', 'Staging', 'Production'],
      )
      await page.getByRole('rowheader', { name: 'charge-store' }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('show the resources of the selected cell; the address brings others to the same', async () => {
      const { page } = await open('/environments')
      await page.getByRole('button', { name: /^vehicle-firmware in Staging/ }).click()
      const table = page.getByRole('region', { name: 'vehicle-firmware in Staging' })
      await table.getByText('bench-car-06').waitFor()
      await page.getByRole('complementary', { name: 'Staging' }).waitFor()
      const { page: other } = await open(addressOf(page))
      await other.getByText('bench-car-06').waitFor()
      await other.keyboard.press('Escape')
      await other.getByText('bench-car-06').waitFor({ state: 'detached' })
    })

    test('are filtered by version or host, and say when nothing fits', async () => {
      const { page } = await open('/environments')
      await page.getByRole('columnheader', { name: 'Production' }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type('charge-stg')
      await page.getByRole('columnheader', { name: 'Production' }).waitFor({ state: 'detached' })
      assert.equal(await page.getByRole('columnheader').count(), 2)
      await page.keyboard.type('nowhere')
      await page.getByText('Nothing fits “charge-stgnowhere”').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await page.getByRole('columnheader', { name: 'Production' }).waitFor()
    })

    test('of the past are shown as they were, and say so', async () => {
      const { items } = await car.admin.showInventory({ environment: car.environment('qa') })
      const then = new Date(Math.max(...items.map(({ since }) => Date.parse(since))) + 1)
      await car.tell('qa', ['data-backend', 'ingest-api', '2.0.0-rc.7', ['qa-1']])
      const { page } = await open('/environments')
      await page.getByRole('button', { name: /^data-backend in QA.*2\.0\.0-rc\.7/ }).waitFor()
      await page.goto(`${served.url}/environments?at=${then.toISOString()}`)
      await page.getByRole('button', { name: /^data-backend in QA.*2\.0\.0-rc\.6/ }).waitFor()
      await page.getByText(/^As of/).waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await page.getByRole('button', { name: 'Back to now' }).click()
      await page.getByRole('button', { name: /^data-backend in QA.*2\.0\.0-rc\.7/ }).waitFor()
    })

    test('of a time before anything are all empty', async () => {
      const { page } = await open('/environments?at=2020-01-01T00:00Z')
      await page.getByText('none yet').first().waitFor()
      await page.getByRole('button', { name: /Now|2020/ }).click()
      await page.getByRole('button', { name: 'An hour ago' }).waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('can be walked by keyboard alone', async () => {
      const { page } = await open('/environments')
      await page.getByRole('button', { name: /^data-backend in Dev/ }).waitFor()
      await inOrder(page)
      await page.keyboard.press('j')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('j')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('k')
      await page.keyboard.press('Enter')
      await page.getByRole('region', { name: 'mobile-app in Staging' }).waitFor()
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(STAGING_FIRMWARE)
      await page.getByText('bench-car-06').waitFor()
      const onPhone = () => page.getByRole('button', { name: 'Close' }).click()
      await examine(page, 'environments', { onPhone })
      assert.deepEqual(problems, [])
    })
  })
}

/** The order of delivery is known a moment after what runs. */
async function inOrder(page: Page): Promise<void> {
  await page.getByRole('columnheader').nth(2).filter({ hasText: 'QA' }).waitFor()
}
