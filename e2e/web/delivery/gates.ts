import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { DeliveredCar } from '../delivered-car.ts'
import { examine, findBarriers, screenshot, scrollsSideways } from '../browser.ts'
import { byKeyboard } from '../hands.ts'
import type { Scene } from '../scene.ts'
import { fillSignIn, PASSWORD } from '../served-page.ts'

const SMALL_PHONE = { width: 360, height: 740 } as const

export function testGates({ open, browser, served, world: car }: Scene<DeliveredCar>): void {
  suite('a gate alone', () => {
    const waits = (page: Page): Promise<void> =>
      page.getByRole('heading', { name: 'Goes on to Production' }).waitFor()

    test('the link of a mail survives signing in, and a 360 px phone approves what it repeats', async () => {
      const { gate } = await car.signOff()
      const { page, problems } = await browser.open({ size: SMALL_PHONE, hasTouch: true })
      await page.goto(`${served.url}/gates/${gate}`)
      await fillSignIn(page, 'release-manager')
      await waits(page)
      assert.equal(new URL(page.url()).pathname, `/gates/${gate}`)
      const versions = page.getByRole('region', { name: 'Goes on to Production' })
      assert.deepEqual(await versions.getByRole('listitem').allInnerTexts().then(flat), [
        'vehicle-firmware 1.8.4 → 2.0.0',
        'data-backend 1.12.3 → 2.0.1',
        'mobile-app 1.9.2 → 2.0.2',
      ])
      assert.deepEqual(await findBarriers(page), [])
      assert.equal(await scrollsSideways(page), false)
      await screenshot(page, 'gate-360')
      await page.getByLabel('Comment, kept as evidence').fill('Read the notes. Fine.')
      await page.getByRole('button', { name: 'Approve…' }).tap()
      const sheet = page.getByRole('dialog', { name: 'Approve Production entry gate?' })
      await sheet.getByText('2.0.1').waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'gate-360-confirm')
      await sheet.getByRole('button', { name: 'Approve', exact: true }).tap()
      await page.getByText('The gate has passed').waitFor()
      const shown = await car.admin.showGate({ gate })
      assert.equal(shown.state, 'passed')
      assert.equal(shown.approvals[0]?.decisions[0]?.comment, 'Read the notes. Fine.')
      assert.deepEqual(problems, [])
    })

    test('of two people at once the second keeps their words and learns who was faster', async () => {
      const { gate } = await car.signOff()
      const first = await open(`/gates/${gate}`, { as: 'qa-lead' })
      const second = await open(`/gates/${gate}`, { as: 'release-manager' })
      await second.page.getByLabel('Comment, kept as evidence').fill('Fine for me.')
      await second.page.getByRole('button', { name: 'Approve…' }).click()
      await second.page.getByRole('dialog').waitFor()
      await first.page.getByRole('button', { name: 'Approve…' }).click()
      await first.page.getByRole('button', { name: 'Approve', exact: true }).click()
      await first.page.getByText('The gate has passed').waitFor()
      await second.page.getByText('Already approved').waitFor()
      await second.page.getByText(/qa-lead was faster/).waitFor()
      assert.equal(await second.page.getByLabel('Your comment').inputValue(), 'Fine for me.')
      assert.deepEqual(await findBarriers(second.page), [])
      await screenshot(second.page, 'gate-faster')
      await second.page.getByRole('button', { name: 'Drop it' }).click()
      await second.page.getByText('Already approved').waitFor({ state: 'hidden' })
      assert.deepEqual([...first.problems, ...second.problems], [])
    })

    test('who steers the run reminds those who decide, once an hour; a viewer is offered nothing', async () => {
      const { gate } = await car.signOff()
      const { page, problems } = await open(`/gates/${gate}`)
      await page.getByRole('button', { name: 'Remind them' }).click()
      await page.getByText(/^Reminded .*release-manager/).waitFor()
      const { items } = await car.admin.listNotifications({})
      assert.ok(
        items.some(({ kind, receiver }) => kind === 'remind_approvers' && /qa-lead/.test(receiver)),
      )
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'gate-remind')
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill('> remind')
      await page.getByRole('option', { name: /^Remind those/ }).click()
      await page.getByText(/ at \d\d:\d\d UTC; once an hour is enough/).waitFor()
      const { page: theirs } = await open(`/gates/${gate}`, { as: 'viewer' })
      await waits(theirs)
      assert.equal(await theirs.getByRole('button', { name: /Remind/ }).count(), 0)
      assert.deepEqual(problems, [])
    })

    test('the keyboard alone rejects with a reason, and judges the gate again', async () => {
      const { gate } = await car.signOff()
      const { page } = await open(`/gates/${gate}`, { as: 'qa-lead' })
      await waits(page)
      await page.keyboard.press('x')
      const comment = page.getByLabel('Comment, kept as evidence')
      assert.equal(await comment.evaluate('document.activeElement.tagName'), 'TEXTAREA')
      assert.equal(
        (await car.admin.showGate({ gate })).state,
        'waiting',
        'a key alone decides nothing',
      )
      await byKeyboard.activate(page.getByRole('button', { name: 'Reject…' }))
      await page.getByText('Say why: a rejection is kept with its reason.').waitFor()
      await page.keyboard.type('Charge is off by 4 %.')
      await byKeyboard.activate(page.getByRole('button', { name: 'Reject…' }))
      await page.getByRole('dialog', { name: 'Reject Production entry gate?' }).waitFor()
      await page.keyboard.press('Control+Enter')
      await page.getByText('The run waits here').waitFor()
      assert.equal((await car.admin.showGate({ gate })).state, 'rejected')
      await screenshot(page, 'gate-rejected')
      await byKeyboard.activate(page.getByRole('button', { name: 'Judge again' }))
      await page.getByText('Judged again').waitFor()
    })

    test('a hold shows its reason to everybody, and who may resumes it', async () => {
      const { gate } = await car.signOff()
      const { page } = await open(`/gates/${gate}`, { as: 'qa-lead' })
      await page.getByRole('button', { name: 'Hold' }).click()
      await page.getByText('Say why: everybody who waits here reads it.').waitFor()
      await page.getByLabel('Comment, kept as evidence').fill('The plant is closed today.')
      await page.getByRole('button', { name: 'Hold' }).click()
      await page.getByText(/On hold by qa-lead.*The plant is closed today\./).waitFor()
      const viewer = await open(`/gates/${gate}`, { as: 'viewer' })
      await viewer.page.getByText(/The plant is closed today\./).waitFor()
      assert.equal(await viewer.page.getByRole('button', { name: 'Resume' }).count(), 0)
      await page.getByRole('button', { name: 'Resume' }).click()
      await viewer.page.getByText(/On hold by qa-lead/).waitFor({ state: 'hidden' })
    })

    test('whoever may only look sees why, in both themes and all widths', async () => {
      const { gate } = await car.signOff(car.qaLead)
      const { page, problems } = await open(`/gates/${gate}`, { as: 'viewer' })
      await page.getByText('Only qa or release-managers can approve here.').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Approve…' }).count(), 0)
      await examine(page, 'gate-viewer')
      assert.deepEqual(problems, [])
      const starter = await open(`/gates/${gate}`, { as: 'qa-lead' })
      await starter.page.getByText(/You started this run/).waitFor()
    })

    test('two who may break the glass pass it without its approvals, and everybody sees who and why', async () => {
      const project = (await car.admin.listProjects({})).items[0]?.id
      assert.ok(project)
      for (const name of ['security-1', 'security-2']) {
        const { id } = await served.person(car.admin, name, { project, roles: ['viewer'] })
        await car.admin.grantOnSystem({ subject: id, role: 'security_admin' })
      }
      const { gate } = await car.signOff()
      const breakGlass = async (page: Page, why: string): Promise<void> => {
        await page.getByRole('button', { name: 'Break glass…' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel('Why, kept as evidence').fill(why)
        await dialog.getByLabel('Your password, once more').fill(PASSWORD)
        await dialog.getByRole('button', { name: 'Break glass', exact: true }).click()
      }
      const first = await open(`/gates/${gate}`, { as: 'security-1' })
      await first.page.getByRole('button', { name: 'Break glass…' }).click()
      await first.page.getByRole('dialog').waitFor()
      await examine(first.page, 'gate-break-glass', { widths: [1440, 360] })
      await first.page.getByRole('button', { name: 'Not now' }).click()
      await breakGlass(first.page, 'Charging stops on the road.')
      await first.page.getByText('Break-glass: 1 of 2 people').first().waitFor()
      assert.equal(await first.page.getByRole('button', { name: 'Break glass…' }).count(), 0)
      const approver = await open(`/gates/${gate}`, { as: 'qa-lead' })
      await approver.page.getByText('“Charging stops on the road.”').waitFor()
      await examine(approver.page, 'gate-half-broken', { widths: [1440, 360] })
      const second = await open(`/gates/${gate}`, { as: 'security-2', size: SMALL_PHONE })
      await second.page.getByRole('button', { name: 'Break glass…' }).click()
      const asked = second.page.getByRole('dialog')
      await asked.getByText('“Charging stops on the road.”').waitFor()
      await asked.getByText(/^With yours the gate needs no approvals: /).waitFor()
      await examine(second.page, 'gate-second-half', { widths: [360] })
      await second.page.getByRole('button', { name: 'Not now' }).click()
      await breakGlass(second.page, 'Seen it in two cars.')
      await approver.page.getByText('Break-glass: passed without its approvals').waitFor()
      await approver.page.getByText('The gate has passed').waitFor()
      assert.deepEqual(await findBarriers(second.page), [])
      await screenshot(second.page, 'gate-broken-360')
      await screenshot(approver.page, 'gate-broken')
      const shown = await car.admin.showGate({ gate })
      assert.deepEqual([shown.state, shown.approvals[0]?.state], ['passed', 'overridden'])
      assert.deepEqual([...first.problems, ...second.problems, ...approver.problems], [])
    })

    test('without a network the buttons rest, and nothing is kept for later', async () => {
      const { gate } = await car.signOff()
      const { page } = await open(`/gates/${gate}`, { as: 'qa-lead' })
      await page.getByRole('button', { name: 'Approve…' }).waitFor()
      await page.context().setOffline(true)
      await page.getByText('You are offline.').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Approve…' }).isDisabled(), true)
      await page.context().setOffline(false)
      await page.getByText('You are offline.').waitFor({ state: 'hidden' })
      assert.equal(await page.getByRole('button', { name: 'Approve…' }).isDisabled(), false)
    })

    test('a gate that is not there says so', async () => {
      const { page } = await open('/gates/gat_01M8AJ0FV7F0JBDD4JB3J6B801', {
        as: 'qa-lead',
        size: SMALL_PHONE,
      })
      await page.getByText('There is no such gate').waitFor()
    })
  })
}

function flat(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
}
