import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { answerLargeMatrix } from '../large-matrix.ts'
import type { PlacedCar } from '../placed-car.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'
import { signIn } from '../served-page.ts'

const STAGING = '/environments/connected-car:staging'

export function testEnvironment({ open, browser, served, world: car }: Scene<PlacedCar>): void {
  suite('one environment', () => {
    test('shows what runs on which resource, and what came when, from what, by whom', async () => {
      await car.tell('staging', ['data-backend', 'ingest-api', '2.0.0-rc.7', ['web-1', 'web-2']])
      const { page, problems } = await open(STAGING)
      const table = page.getByRole('region', { name: 'vehicle-firmware in Staging', exact: true })
      await table.last().getByText('bench-car-06').waitFor()
      const history = page.getByRole('region', { name: 'History' })
      await history.getByText('data-backend 2.0.0-rc.7').waitFor()
      await history.getByText('2 resources · told by admin · from 2.0.0-rc.6').waitFor()
      assert.deepEqual(problems, [])
    })

    test('leads back to how it was, from the time of an entry', async () => {
      const { page } = await open(STAGING)
      await page.getByRole('link', { name: 'Show how it was at' }).last().click()
      await page.getByText(/^As of/).waitFor()
      assert.match(page.url(), /at=20/)
      await page.getByRole('button', { name: 'Back to now' }).click()
      await page.getByText(/^As of/).waitFor({ state: 'detached' })
    })

    test('is frozen with a reason that everybody reads, and thawed again', async () => {
      const { page, problems } = await open(STAGING)
      await page.getByRole('button', { name: 'Freeze…' }).click()
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      assert.ok(await page.getByRole('button', { name: 'Freeze', exact: true }).isDisabled())
      await page.getByLabel('Why').fill('The fair is on.')
      await page.getByRole('button', { name: 'Freeze', exact: true }).click()
      await page.getByText('Staging is frozen').waitFor()
      const standing = page.getByRole('region', { name: 'May it change?' })
      await standing.getByText('The fair is on.').waitFor()
      await page.getByRole('button', { name: 'End the freeze…' }).click()
      await page.getByLabel('Why').fill('The fair is over.')
      await page.getByLabel('Why').press('Tab')
      await page.getByRole('button', { name: 'End the freeze', exact: true }).press('Enter')
      await standing.getByText('Not frozen by hand.').waitFor()
      assert.deepEqual(problems, [])
    })

    test('that somebody else freezes meanwhile is not thawed by who was about to freeze it', async () => {
      const { page } = await open(STAGING)
      await page.getByRole('button', { name: 'Freeze…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Freeze Staging?' })
      await dialog.getByLabel('Why').fill('The fair begins.')
      const { items } = await car.admin.listEnvironments({ project: car.project, name: 'staging' })
      const environment = items[0]?.id
      assert.ok(environment !== undefined)
      await car.admin.freezeEnvironment({ environment, reason: 'I was faster.' })
      // Behind the dialog the page follows; the dialog stays what it was, and a later freeze takes the place of an earlier.
      await page.getByText('I was faster.').waitFor({ state: 'attached' })
      await dialog.getByLabel('Why').waitFor()
      await page.keyboard.press('Control+Enter')
      await page.getByText('Staging is frozen').waitFor()
      const { frozen } = await car.admin.showEnvironment({ environment })
      assert.equal(frozen?.reason, 'The fair begins.')
      await car.admin.unfreezeEnvironment({ environment, reason: 'It is over.' })
    })

    test('is held and let go by a person', async () => {
      const { page } = await open(STAGING)
      await page.getByRole('button', { name: 'Hold…' }).click()
      await page.getByLabel('Why').fill('Measuring.')
      await page.getByRole('button', { name: 'Hold', exact: true }).click()
      await page.getByText('Held by admin', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Let it go…' }).click()
      await page.getByRole('button', { name: 'Let it go', exact: true }).click()
      await page.getByText('Free: the next run gets it at once.').waitFor()
    })

    test('tells a viewer who may freeze it, and offers nothing', async () => {
      const { page } = await open(STAGING, { as: 'visitor' })
      await page
        .getByText('Freeze is for operators, owners of the project and administrators.')
        .waitFor()
      assert.equal(await page.getByRole('button', { name: /…$/ }).count(), 0)
      assert.deepEqual(await findBarriers(page), [])
    })

    test('that is not there is said to be so, with the way to the others', async () => {
      const { page } = await open('/environments/connected-car:nowhere')
      await page.getByText('There is no environment “nowhere”').waitFor()
      await page.getByRole('link', { name: 'All environments' }).click()
      await page.getByRole('columnheader', { name: 'Production' }).waitFor()
    })

    test('is compared with another one: differences first, everything on demand', async () => {
      const { page } = await open(
        '/environments/compare?a=connected-car/staging&b=connected-car/production',
      )
      await page.getByText('3 of 3 applications differ.').waitFor()
      await page.getByRole('row', { name: /battery-light.* 2\.0\.0-rc\.4 1\.8\.4/ }).waitFor()
      await page.getByRole('button', { name: 'Swap the two sides' }).click()
      await page.waitForURL(/a=connected-car%2Fproduction/)
      await page.getByRole('row', { name: /battery-light.* 1\.8\.4 2\.0\.0-rc\.4/ }).waitFor()
      await page.getByLabel('Left').selectOption({ label: 'Staging' })
      await page.getByLabel('Right').selectOption({ label: 'Staging' })
      await page.getByText('Staging and Staging run the same bits.').waitFor()
      await page.getByRole('button', { name: 'Everything' }).click()
      await page.getByRole('rowheader', { name: 'battery-light' }).waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('has not drifted as long as it runs what was deployed', async () => {
      const { page } = await open('/environments')
      await page.getByRole('link', { name: 'Drift' }).click()
      await page.getByText('Nothing has drifted').waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })

    test('and its comparison have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(STAGING)
      await page.getByText('bench-car-06').first().waitFor()
      await examine(page, 'environment')
      await page.goto(`${served.url}/environments/compare`)
      await page.getByText('differ').first().waitFor()
      await examine(page, 'environments-compare')
      assert.deepEqual(problems, [])
    })
  })

  suite('200 applications in 40 environments', () => {
    test('are drawn near the window alone, and the last is reached', async () => {
      const { page, problems } = await browser.open()
      await answerLargeMatrix(page)
      await signIn(page, served.url, 'admin', '/environments')
      // By their place in the document: to look for names among a thousand buttons takes longer than to draw them.
      const rows = page.locator('tbody tr')
      await rows.locator('th button[title="fleet/app-000"]').waitFor()
      assert.equal(await page.locator('table[aria-colcount="41"]').count(), 1)
      assert.ok((await page.locator('thead th').count()) < 15)
      assert.ok((await rows.count()) < 60)
      const area = page.getByRole('region', { name: 'Versions by environment' })
      await area.hover()
      await page.mouse.wheel(20_000, 0)
      await page.getByRole('columnheader', { name: 'Place 39' }).waitFor()
      assert.ok((await page.locator('thead th').count()) < 15)
      await rows.first().locator('td[aria-colindex="41"] button').focus()
      const [names, focused] = [page.locator('thead th').first(), page.locator(':focus')]
      for (let back = 0; back < 35; back += 1) {
        await page.keyboard.press('Shift+Tab')
        const [first, here] = [await names.boundingBox(), await focused.boundingBox()]
        assert.ok(first && here && here.x + here.width > first.x + first.width)
      }
      await page.getByRole('columnheader', { name: /^Place 7, where/ }).waitFor()
      const reach = page.locator('thead th[aria-colindex]')
      assert.equal(
        await reach.evaluateAll((all) => all.every((one) => one.scrollWidth <= one.clientWidth)),
        true,
      )
      await page.mouse.wheel(-20_000, 0)
      await page.getByRole('columnheader', { name: 'Place 0' }).waitFor()
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
      await rows.locator('th button[title="fleet/app-199"]').waitFor()
      assert.ok((await rows.count()) < 60)
      await page.getByPlaceholder('Application, version or host').fill('app-123')
      await rows.locator('td button').first().click()
      await page.locator('section[aria-label="app-123"]').waitFor()
      assert.deepEqual(problems, [])
    })
  })
}
