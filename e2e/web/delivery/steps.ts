import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import type { DeliveredCar } from '../delivered-car.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

export function testSteps({ open, world: car }: Scene<DeliveredCar>): void {
  /** The log of the first step of this name in the newest run of a pipeline. */
  const logOf = async (pipeline: string, step: RegExp): Promise<string> => {
    const [line] = (await car.admin.listRuns({ name: pipeline })).items
    const run = line && (await car.admin.showRun({ run: line.id }))
    const steps = run?.stages.flatMap(({ tasks }) => tasks.flatMap((task) => task.steps)) ?? []
    const found = steps.find(({ id, title }) => id !== null && step.test(title))
    assert.ok(found, `${pipeline} has ${steps.map(({ title }) => title).join(', ')}`)
    return `/runs/${run?.id}/steps/${found.id}/log`
  }

  suite('the step of a run', () => {
    test('that builds shows what it made, byte for byte, and how it was told to', async () => {
      const { page, problems } = await open(
        `${await logOf('vehicle-firmware', /build/i)}?tab=artifacts`,
      )
      const row = page.getByRole('row', { name: /telemetry-agent 2\.0\.0 [0-9a-f]{12}…/ })
      await row.waitFor()
      await examine(page, 'log-artifacts', { widths: [1440, 360] })
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('link', { name: 'Download telemetry-agent 2.0.0' }).click(),
      ])
      const digest = createHash('sha256')
        .update(await readFile(await file.path()))
        .digest('hex')
      assert.ok((await row.innerText()).includes(digest.slice(0, 12)))
      await page.getByRole('link', { name: 'Definition' }).click()
      await page
        .getByText(/^pack\.sh|sh pack\.sh/)
        .first()
        .waitFor()
      await page.getByText('connected-car/vehicle-firmware').first().waitFor()
      await examine(page, 'log-definition-of-build', { widths: [1440, 360] })
      assert.deepEqual(problems, [])
    })

    test('that puts something in place shows what runs there since', async () => {
      const { page } = await open(`${await logOf('first-delivery', /./)}?tab=artifacts`)
      await page.getByText('It made nothing that is kept').waitFor()
      await page.getByRole('region', { name: 'What runs' }).getByText('1.8.4').first().waitFor()
      assert.deepEqual(await findBarriers(page), [])
    })
  })
}
