import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { until } from '../../../packages/server/testing/until.ts'
import type { DeliveredCar } from '../delivered-car.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

const STAGING = '/environments/connected-car:staging'

export function testDrift({ open, world: car }: Scene<DeliveredCar>): void {
  const inStaging = async () => {
    const { items } = await car.admin.showInventory({ resource: 'bench-1' })
    return items.filter(({ environmentName }) => environmentName === 'staging')
  }
  /** Somebody changes a file of a component on bench-1, and its agent sees it. */
  const changeByHand = async (component: string): Promise<string> => {
    const rowOf = async () => (await inStaging()).find((row) => row.component === component)
    const before = await rowOf()
    appendFileSync(car.host('bench-1').path(`srv/${component}/version`), 'by hand\n')
    await until('the agent has seen it', async () => {
      const row = await rowOf()
      return row?.drift === true && row.reported?.digest !== before?.reported?.digest
    })
    return (await rowOf())?.wanted?.version ?? ''
  }

  suite('drift', () => {
    test('is accepted with a reason that stays in the history, and then it is none', async () => {
      await changeByHand('ios-app')
      const { page, problems } = await open('/environments/drift')
      const row = page.getByRole('row', { name: /bench-1/ })
      await row.getByRole('button', { name: 'Accept… what bench-1 runs of ios-app' }).click()
      const dialog = page.getByRole('dialog', { name: 'Accept what bench-1 runs?' })
      await dialog.getByText('(changed)').waitFor()
      assert.ok(await dialog.getByRole('button', { name: 'Accept', exact: true }).isDisabled())
      assert.deepEqual(await findBarriers(page), [])
      await dialog.getByLabel('Why this is right').fill('Measured with it.')
      await page.keyboard.press('Control+Enter')
      await page.getByText('Nothing has drifted').waitFor()
      await page.goto(new URL(STAGING, page.url()).href)
      const history = page.getByRole('region', { name: 'History' })
      await history.getByText(/accepted by admin · “Measured with it\.”/).waitFor()
      assert.deepEqual(problems, [])
    })

    test('that became another one since it was seen is not accepted', async () => {
      await changeByHand('ingest-api')
      const { page } = await open(STAGING)
      const card = page.getByRole('region', { name: 'Drift' })
      await card.getByRole('button', { name: /^Accept…/ }).click()
      await page.getByLabel('Why this is right').fill('I have looked.')
      await changeByHand('ingest-api')
      await page.getByRole('button', { name: 'Accept', exact: true }).click()
      await page.getByText(/bench-1 runs .* of ingest-api by now, not/).waitFor()
      assert.ok((await inStaging()).some(({ drift }) => drift))
    })

    test('offers a viewer nothing, and says who may', async () => {
      const { page } = await open(STAGING, { as: 'viewer' })
      await page.getByText('bench-1 has drifted').waitFor()
      await page.getByText(/^To accept drift is for operators/).waitFor()
      assert.equal(await page.getByRole('button', { name: /^Accept/ }).count(), 0)
      assert.deepEqual(await findBarriers(page), [])
    })

    test('has no barriers where it is shown, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open(STAGING)
      await page.getByText('bench-1 has drifted').waitFor()
      await examine(page, 'environment-drift')
      await page.goto(new URL('/environments/drift', page.url()).href)
      await page.getByText('bench-1').first().waitFor()
      await examine(page, 'drift')
      assert.deepEqual(problems, [])
    })
  })
}
