import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { HOLD, type DeliveredCar } from '../delivered-car.ts'
import { examine, findBarriers, screenshot } from '../browser.ts'
import type { Scene } from '../scene.ts'

const RELEASE = '/releases/connected-car:connected-car-2.0'

// From the plan of a release to its run: each test goes on where the one before stopped.

export function testReleases({ open, served, world: car }: Scene<DeliveredCar>): void {
  suite('releases', () => {
    test('a release that has not begun shows what it has collected and what starting it would do', async () => {
      const { page, problems } = await open(RELEASE)
      const collects = page.getByRole('region', { name: 'Collects' })
      await collects.getByText('3 of 3').waitFor()
      const plan = page.getByRole('region', { name: 'Plan' })
      await plan.getByText('1.12.3').first().waitFor()
      await plan.getByText('Exit: All tasks passed · Ready for Production').waitFor()
      await examine(page, 'release-plan')
      await collects.getByRole('button', { name: 'Choose…' }).first().click()
      const dialog = page.getByRole('dialog', { name: 'Choose a snapshot of vehicle-firmware' })
      await dialog.getByText('1.8.4').click()
      await dialog.getByRole('button', { name: 'Choose 1.8.4' }).click()
      await dialog.getByText('The release wants other versions of it.').waitFor()
      await dialog.getByText('2.0.0').click()
      await dialog.getByRole('button', { name: 'Choose 2.0.0' }).click()
      await collects.getByText('chosen').waitFor()
      await collects.getByRole('button', { name: 'Take newer again' }).click()
      await collects.getByText('chosen').waitFor({ state: 'hidden' })
      assert.deepEqual(problems, [])
    })

    test('is pinned, and stays in sight with its state on every page of this browser', async () => {
      const { page, problems } = await open(RELEASE)
      const pinned = page.getByRole('region', { name: 'Pinned' })
      assert.equal(await pinned.count(), 0)
      await page.getByRole('button', { name: 'Pin', exact: true }).click()
      await pinned.getByRole('link', { name: 'Connected Car 2.0' }).waitFor()
      await page.goto(`${served.url}/`)
      await pinned.getByRole('img', { name: 'not started' }).waitFor()
      await examine(page, 'home-pinned')
      // Those that are gone, or not for me, give up their places.
      await page.evaluate(`(() => {
      const key = Object.keys(localStorage).find((one) => one.startsWith('lockstep.pins.'))
      const gone = ['gone-1', 'gone-2', 'gone-3', 'gone-4'].map((name) => ({ project: 'connected-car', name, title: name }))
      localStorage.setItem(key, JSON.stringify([...JSON.parse(localStorage.getItem(key)), ...gone]))
    })()`)
      await page.reload()
      await pinned.getByRole('img', { name: 'not started' }).waitFor()
      // They go one after another.
      await pinned.getByRole('link', { name: /^gone/ }).first().waitFor({ state: 'detached' })
      assert.equal(await pinned.getByRole('link').count(), 1)
      await pinned.getByRole('link', { name: 'Connected Car 2.0' }).click()
      await page.getByRole('button', { name: 'Unpin' }).press('Enter')
      await pinned.waitFor({ state: 'detached' })
      assert.deepEqual(problems, [])
    })

    test('a person who may not start it is told who may', async () => {
      const { page } = await open(RELEASE, { as: 'viewer' })
      await page.getByText('Operators start it').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Start run…' }).count(), 0)
      assert.equal(await page.getByRole('button', { name: 'Choose…' }).count(), 0)
      await page.goto(`${served.url}/releases/new`)
      await page.getByText('You do not define releases in Connected Car').waitFor()
      await page.goto(`${served.url}/releases/connected-car:not-there`)
      await page.getByText('There is no such release').waitFor()
    })

    test('a new release is written beside its way and its check, and is there after it was created', async () => {
      const { page, problems } = await open('/releases')
      await page.getByRole('link', { name: 'New release' }).click()
      await page.getByText('a title', { exact: true }).waitFor()
      await page.getByLabel('Title').fill('Connected Car 2.1')
      assert.equal(await page.getByLabel('Name').getAttribute('placeholder'), 'connected-car-2.1')
      await page.getByLabel('Owner').selectOption('release-managers')
      await page.getByLabel('Pipeline').selectOption('connected-car/delivery')
      for (const application of ['vehicle-firmware', 'data-backend', 'mobile-app']) {
        const choice = page.getByRole('group', { name: application })
        await choice.getByLabel('Passes before in').selectOption(`connected-car/${application}`)
        await choice.getByLabel('Versions').fill('two')
      }
      for (const stage of ['Staging', 'Production']) {
        const choice = page.getByRole('group', { name: stage, exact: true })
        await choice.getByLabel('Environment').selectOption(`connected-car/${stage.toLowerCase()}`)
      }
      await page
        .getByText(/Versions are written 2\.x/)
        .first()
        .waitFor()
      assert.equal(await page.getByRole('button', { name: 'Create release' }).isDisabled(), true)
      for (const field of await page.getByLabel('Versions').all()) await field.fill('2.x')
      const first = page.getByRole('group', { name: 'vehicle-firmware' })
      await first.getByLabel('Snapshot').selectOption('2.0.0')
      await page
        .getByRole('group', { name: 'Production', exact: true })
        .getByLabel('Planned for')
        .fill('2030-12-01')
      await page.getByText('It can be created.').waitFor()
      const plan = page.getByRole('region', { name: 'Plan' })
      await plan.getByText('1.12.3').first().waitFor()
      await plan.getByText('Exit: All tasks passed · Ready for Production').waitFor()
      await examine(page, 'release-new')
      await page.getByRole('button', { name: 'Create release' }).click()
      await page.waitForURL(/releases\/connected-car:connected-car-2\.1$/)
      await page.getByRole('region', { name: 'Collects' }).getByText('chosen').waitFor()
      await page.getByRole('region', { name: 'Dates' }).getByText('1 Dec 2030').waitFor()
      assert.deepEqual(problems, [])
    })

    test('the list finds releases, says when it finds none, and shows them in a calendar', async () => {
      const { page, problems } = await open('/releases', { as: 'release-manager' })
      await page.getByRole('link', { name: 'Connected Car 2.0' }).waitFor()
      await examine(page, 'releases')
      await page.keyboard.press('/')
      await page.keyboard.type('nothing like it')
      await page.getByText('Nothing fits “nothing like it”').waitFor()
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await page.goto(`${served.url}/releases?view=calendar&from=2030-11-30`)
      await page.getByText('Production of Connected Car 2.1').first().waitFor()
      await examine(page, 'releases-calendar')
      assert.deepEqual(problems, [])
    })

    test('the keyboard alone starts a release, exactly as its plan says, and its address then leads to the run', async () => {
      writeFileSync(car.host('bench-1').path(HOLD), '')
      const { page } = await open(RELEASE)
      await page.getByRole('region', { name: 'Plan' }).getByText('1.12.3').first().waitFor()
      await page.getByRole('button', { name: 'Start run…' }).focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Start Connected Car 2.0, set' })
      await dialog.getByText('1.9.2').waitFor()
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(/connected-car-2\.0\/runs\/1$/)
      await page.locator('[data-run="connected-car/connected-car-2.0/1"]').waitFor()
      await page.goto(served.url + RELEASE)
      await page.waitForURL(/connected-car-2\.0\/runs\/1$/)
      await page.getByRole('link', { name: 'Releases' }).first().waitFor()
      rmSync(car.host('bench-1').path(HOLD))
    })

    test('Home shows what changes when', async () => {
      const { page, problems } = await open('/')
      const calendar = page.getByRole('region', { name: 'Change calendar' })
      await calendar.getByText('Staging of Connected Car 2.0').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'home-calendar')
      assert.deepEqual(problems, [])
    })

    test('what was aborted leads to the plan of the next run, which is started', async () => {
      const { page, problems } = await open(RELEASE)
      await page.getByRole('button', { name: 'More about this run' }).click()
      await page.getByRole('menuitem', { name: 'Abort run…' }).click()
      const dialog = page.getByRole('dialog', { name: /^Abort / })
      await dialog.getByLabel('Reason, kept as evidence').fill('The wrong day.')
      await dialog.getByRole('button', { name: 'Abort run' }).click()
      await page.getByRole('link', { name: 'Plan the next run' }).click()
      await page.getByRole('region', { name: 'Plan' }).getByText('1.12.3').first().waitFor()
      await page.getByRole('button', { name: 'Start run…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Start run' }).click()
      await page.waitForURL(/connected-car-2\.0\/runs\/2$/)
      assert.deepEqual(problems, [])
    })
  })
}
