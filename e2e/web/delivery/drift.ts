import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { until } from '../../../packages/server/testing/until.ts'
import type { DeliveredCar } from '../delivered-car.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

const STAGING = '/environments/connected-car:staging'

const COMMAND_LINE = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))
const run = promisify(execFile)

export function testDrift({ open, served, world: car }: Scene<DeliveredCar>): void {
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
    test('is put back by the run that its plan shows, on what has drifted, and then it is none', async () => {
      const version = await changeByHand('telemetry-agent')
      const { page, problems } = await open(STAGING)
      await page.getByRole('button', { name: `Put back ${version}…` }).click()
      const dialog = page.getByRole('dialog', { name: `Put back vehicle-firmware ${version}` })
      const plan = dialog.getByRole('list', { name: 'Plan' })
      await plan.getByText('telemetry-agent on bench-1').waitFor()
      assert.equal(await plan.locator('[data-stage]').count(), 1)
      await examine(page, 'put-back')
      await dialog.getByRole('button', { name: 'Start run' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('bench-1 has drifted').waitFor({ state: 'detached' })
      const [row] = (await inStaging()).filter(({ component }) => component === 'telemetry-agent')
      assert.deepEqual([row?.drift, row?.verified, row?.reported?.version], [false, true, version])
      assert.deepEqual(problems, [])
    })

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

    test('is put back from the command line, by the command with which its list ends', async () => {
      const version = await changeByHand('ingest-api')
      const { secret } = await car.admin.createToken({
        name: 'drift',
        permissions: [
          'project.read',
          'environment.read',
          'inventory.read',
          'plan.make',
          'run.start',
          'run.read',
        ],
      })
      const lockstep = async (...typed: readonly string[]): Promise<string> => {
        const env = { ...process.env, LOCKSTEP_SERVER: served.url, LOCKSTEP_TOKEN: secret }
        return (await run(process.execPath, [COMMAND_LINE, ...typed], { env })).stdout
      }
      const listed = await lockstep('inventory', 'connected-car/staging', '--drift')
      const [, command = ''] =
        /^Put back \S+: {2}lockstep (inventory put-back .*)$/m.exec(listed) ?? []
      assert.equal(command, 'inventory put-back connected-car/staging connected-car/data-backend')
      const plan = await lockstep(...command.split(' '), '--dry-run')
      assert.match(plan, new RegExp(`Puts back.*\\n  data-backend +\\S+ \\(changed\\) +${version}`))
      const [, exactly = ''] = /^Start exactly this: {2}lockstep (.*)$/m.exec(plan) ?? []
      await lockstep(...exactly.split(' '), '-f')
      const left = (await inStaging()).filter(
        ({ component, drift }) => component === 'ingest-api' && drift,
      )
      assert.deepEqual(left, [])
    })

    test('that became another one since it was seen is not accepted', async () => {
      await changeByHand('ingest-api')
      const { page } = await open(STAGING)
      const card = page.getByRole('region', { name: 'Drift of ingest-api on bench-1' })
      await card.getByRole('button', { name: /^Accept…/ }).click()
      await page.getByLabel('Why this is right').fill('I have looked.')
      await changeByHand('ingest-api')
      await page.getByRole('button', { name: 'Accept', exact: true }).click()
      await page.getByText(/bench-1 runs .* of ingest-api by now, not/).waitFor()
      assert.ok((await inStaging()).some(({ drift }) => drift))
    })

    test('offers a viewer nothing, and says who may', async () => {
      const { page } = await open(STAGING, { as: 'viewer' })
      await page.getByText('bench-1 has drifted').first().waitFor()
      await page.getByText(/^To put it back is for .* To accept drift is for operators/).waitFor()
      assert.equal(await page.getByRole('button', { name: /^(Accept|Put back)/ }).count(), 0)
      assert.deepEqual(await findBarriers(page), [])
    })

    test('has no barriers where it is shown, and nothing scrolls sideways at any width', async () => {
      await changeByHand('ios-app')
      const { page, problems } = await open(STAGING)
      // What was accepted belongs to no snapshot.
      await page.getByText(/^What is wanted of mobile-app here was not brought by one/).waitFor()
      await examine(page, 'environment-drift')
      const cell = 'app=connected-car/mobile-app&env=connected-car/staging'
      await page.goto(new URL(`/environments?${cell}`, page.url()).href)
      await page.getByText('bench-1 has drifted').waitFor()
      const onPhone = () => page.getByRole('button', { name: 'Close' }).click()
      await examine(page, 'environments-drift', { onPhone })
      await page.goto(new URL('/environments/drift', page.url()).href)
      await page.getByText(/^What is wanted of mobile-app here was not brought by one/).waitFor()
      await examine(page, 'drift')
      assert.deepEqual(problems, [])
    })
  })
}
