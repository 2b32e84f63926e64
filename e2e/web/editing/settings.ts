import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createClient } from '@lockstep/client'
import type { Story } from '../story.ts'
import { DESK, examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'
import { PASSWORD } from '../served-page.ts'

/** The last heading of each part. */
const PARTS = [
  ['', 'Signed in'],
  ['/appearance', 'Keys of one letter'],
  ['/tokens', 'Tokens'],
  ['/notifications', 'Messages'],
  ['/people', 'People'],
  ['/groups', 'Groups'],
  ['/roles', 'What the roles are'],
] as const

export function testSettings({ browser, open, served, world }: Scene<Story>): void {
  suite('settings', () => {
    test('make a token that is shown once, works within its limits, and ends when it is revoked', async () => {
      const { page, problems } = await open('/settings/tokens')
      await page.getByText('No tokens yet').waitFor()
      await page.getByRole('button', { name: 'Token…' }).click()
      await page.getByLabel('Name', { exact: true }).fill('nightly')
      await page.getByRole('button', { name: 'Make the token' }).click()
      const secret = await page.getByLabel('Token', { exact: true }).last().innerText()
      assert.deepEqual(await findBarriers(page), [])
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor()
      assert.ok(!(await page.content()).includes(secret))
      await page.setViewportSize({ width: 360, height: 800 })
      const onPhone = page.getByRole('list', { name: 'My tokens' })
      await onPhone.getByText('Works until').waitFor()
      const revoke = await onPhone.getByRole('button', { name: /^Revoke / }).boundingBox()
      assert.ok(revoke !== null && revoke.x + revoke.width <= 360, 'nothing of a token is cut off')
      await page.setViewportSize(DESK)
      const bearer = createClient({ server: served.url, token: secret })
      assert.equal((await bearer.listProjects()).items.length, 1)
      await assert.rejects(bearer.createProject({ name: 'other', title: 'Other' }))
      await page.getByRole('button', { name: /^Revoke / }).click()
      await page.getByText('every token that was made with it').waitFor()
      await page.getByRole('button', { name: 'Revoke', exact: true }).click()
      await page.getByRole('cell', { name: 'revoked' }).waitFor()
      await assert.rejects(bearer.listProjects())
      assert.deepEqual(problems, [])
    })

    test('keep a theme and the keys of one letter in this browser', async () => {
      const { page } = await open('/settings/appearance')
      await page.getByRole('button', { name: 'Dark' }).click()
      assert.equal(await page.getAttribute('html', 'data-theme'), 'dark')
      await page.reload()
      await page.getByRole('button', { name: 'Dark', pressed: true }).waitFor()
      assert.equal(await page.getAttribute('html', 'data-theme'), 'dark')
      await page.getByRole('button', { name: 'As the system' }).click()
      assert.equal(await page.getAttribute('html', 'data-theme'), 'light')
      const keys = page.getByRole('dialog', { name: 'Keys' })
      await page.keyboard.press('?')
      await keys.waitFor()
      await page.keyboard.press('Escape')
      await keys.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Off' }).click()
      await page.keyboard.press('?')
      // What a later key opens is there: so would be what this one opens, which was opened before.
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder('What to do or where to go').waitFor()
      assert.equal(await keys.count(), 0)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'On', exact: true }).click()
      await page.keyboard.press('?')
      await keys.waitFor()
    })

    test('invite a person, who chooses a password and gets a role and a group', async () => {
      const { page } = await open('/settings/people')
      await page.getByRole('button', { name: 'Invite…' }).click()
      await page.getByLabel('Name to sign in with').fill('field-lead')
      await page.getByLabel('E-mail', { exact: true }).fill('field-lead@example.test')
      await page.getByRole('button', { name: 'Make the link' }).click()
      const link = await page.getByLabel('Link', { exact: true }).last().innerText()
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('row', { name: /field-lead .* invited, link until / }).waitFor()
      await examine(page, 'people-invited', { widths: [1440, 360] })
      const { page: theirs } = await browser.open()
      await theirs.goto(link)
      await theirs
        .getByLabel(/password/i)
        .first()
        .fill(PASSWORD)
      await theirs.getByRole('button').first().click()
      await theirs.locator('#content').waitFor()
      await page.getByRole('link', { name: 'Groups' }).click()
      await page.getByRole('button', { name: /Quality/ }).click()
      await page.getByLabel('Somebody for Quality').selectOption({ label: 'field-lead' })
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByText('field-lead is in Quality').waitFor()
      await page.getByRole('button', { name: 'Take field-lead out of Quality' }).waitFor()
      await page.getByRole('link', { name: 'Roles' }).click()
      await page.getByRole('button', { name: 'Give a role on Connected Car…' }).click()
      await page.getByLabel('Who', { exact: true }).selectOption({ label: 'field-lead' })
      await page.getByLabel('Where', { exact: true }).selectOption({ label: 'Staging' })
      await page.getByLabel('Role', { exact: true }).selectOption('operator')
      await page.getByRole('button', { name: 'Give the role' }).click()
      await page.getByRole('row', { name: /field-lead Operator Staging/ }).waitFor()
      await page.getByRole('button', { name: 'Take Operator from field-lead' }).click()
      await page.getByRole('row', { name: /field-lead Operator/ }).waitFor({ state: 'detached' })
    })

    test('give a role to a service account, and say what a role in one environment leaves out', async () => {
      const { page } = await open('/settings/roles')
      const [project] = (await world.admin.listProjects({})).items
      const [one, other] = (await world.admin.listUsers({})).items
      assert.ok(project && one && other)
      await world.admin.createServiceAccount({
        project: project.id,
        name: 'nightly',
        title: 'Nightly',
        owners: [one.id, other.id],
      })
      await page.getByRole('button', { name: 'Give a role on Connected Car…' }).click()
      await page.getByLabel('Who', { exact: true }).selectOption('Nightly (service account)')
      await page.getByLabel('Where', { exact: true }).selectOption({ label: 'Staging' })
      await page.getByText('To see it they need a role on all of Connected Car too.').waitFor()
      await page.getByLabel('Where', { exact: true }).selectOption({ index: 0 })
      await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Developer' })
      await page.getByText('Applies definitions, starts and steers runs.').waitFor()
      await page.getByRole('button', { name: 'Give the role' }).click()
      await page.getByRole('row', { name: /service account Developer all of it/ }).waitFor()
    })

    test('give a person another address and another title', async () => {
      const { page, problems } = await open('/settings/people?q=visitor')
      await page.getByRole('button', { name: 'Actions for visitor' }).click()
      await page.getByRole('menuitem', { name: 'Change…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Change visitor' })
      const act = dialog.getByRole('button', { name: 'Change', exact: true })
      assert.equal(await act.isDisabled(), true)
      await dialog.getByLabel('E-mail', { exact: true }).fill('field-lead@example.test')
      await act.click()
      await dialog.getByText('field-lead@example.test belongs to another person.').waitFor()
      await dialog.getByLabel('E-mail', { exact: true }).fill('guest@example.test')
      await dialog.getByLabel('Name to show', { exact: true }).fill('Visitor')
      await examine(page, 'change-person', { widths: [1440, 360] })
      await act.click()
      await page.getByRole('row', { name: /Visitor visitor guest@example\.test/ }).waitFor()
      await page.getByRole('button', { name: 'Actions for Visitor' }).click()
      await page.getByRole('menuitem', { name: 'Keep out' }).waitFor()
      await page.keyboard.press('Escape')
      await page.goto(`${served.url}/settings/people?q=admin`)
      await page.getByRole('button', { name: 'Actions for admin' }).click()
      await page.getByRole('menuitem', { name: 'Change…' }).waitFor()
      assert.equal(await page.getByRole('menuitem').count(), 1)
      assert.deepEqual(problems, [])
    })

    test('keep a person out, and let them in again', async () => {
      const { page } = await open('/settings/people?q=visitor')
      await page.getByRole('button', { name: 'Actions for Visitor' }).click()
      await page.getByRole('menuitem', { name: 'Keep out' }).click()
      await page.getByRole('cell', { name: 'disabled' }).waitFor()
      await assert.rejects(
        createClient({ server: served.url }).signIn({ name: 'visitor', password: PASSWORD }),
      )
      await page.getByRole('button', { name: 'Actions for Visitor' }).click()
      await page.getByRole('menuitem', { name: 'Let sign in again' }).click()
      await page.getByRole('cell', { name: 'active' }).waitFor()
    })

    test('list what was written to whom, and try the mail out', async () => {
      const { page } = await open('/settings/notifications')
      await page.getByRole('button', { name: 'Send a test to me' }).click()
      await page.getByText('A test is on its way').waitFor()
      const messages = page.getByRole('region', { name: 'Messages, newest first' })
      await messages.getByRole('button', { name: /test/i }).first().click()
      await page
        .getByRole('dialog')
        .getByText(/Lockstep/)
        .first()
        .waitFor()
      assert.match(page.url(), /message=ntf_/)
      assert.deepEqual(await findBarriers(page), [])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })

    test('keep the focus where it is while the server is asked, and ask it once', async () => {
      const { page } = await open('/settings/notifications')
      const held: (() => Promise<void>)[] = []
      await page.route('**/v1/notifications/test', (route) => {
        held.push(() => route.continue())
      })
      const test = page.getByRole('button', { name: 'Send a test to me' })
      const hasFocus = (): Promise<boolean> =>
        page.evaluate<boolean>(`document.activeElement.textContent.trim() === 'Send a test to me'`)
      await test.focus()
      await page.keyboard.press('Enter')
      await page.locator('button[aria-busy]').waitFor()
      await page.keyboard.press('Enter')
      assert.deepEqual([await hasFocus(), await test.isDisabled()], [true, true])
      await Promise.all(held.map((goOn) => goOn()))
      await page.getByText('A test is on its way').waitFor()
      await page.locator('button[aria-busy]').waitFor({ state: 'detached' })
      assert.deepEqual([await hasFocus(), held.length], [true, 1])
    })

    test('switch a mail that asks for nothing off, and find it so again', async () => {
      const { page, problems } = await open('/settings/notifications')
      const reminders = page.getByRole('group', { name: 'Reminders' })
      await reminders.getByRole('button', { name: 'On', pressed: true }).waitFor()
      await reminders.getByRole('button', { name: 'Off' }).click()
      await reminders.getByRole('button', { name: 'Off', pressed: true }).waitFor()
      await page.reload()
      await reminders.getByRole('button', { name: 'Off', pressed: true }).waitFor()
      await page.getByText('Always sent: gates that ask you to decide').waitFor()
      await reminders.getByRole('button', { name: 'On' }).click()
      await reminders.getByRole('button', { name: 'On', pressed: true }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('tell a viewer who sees and changes what, and offer nothing', async () => {
      const { page } = await open('/settings', { as: 'visitor' })
      await page.getByText('Viewer of connected-car').waitFor()
      for (const [path, words] of [
        ['people', /^The list of people is for/],
        ['groups', /^The list of groups is for/],
        ['roles', /^Who holds a role here is shown to/],
        ['notifications', /^What was written to others is shown to/],
      ] as const) {
        await page.goto(`${served.url}/settings/${path}`)
        await page.getByText(words).first().waitFor()
        assert.equal(await page.locator('#content').getByRole('button', { name: /…$/ }).count(), 0)
      }
      await page.goto(`${served.url}/settings/nowhere`)
      await page.getByText('There are no such settings').waitFor()
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { page, problems } = await open('/settings')
      for (const [part, heading] of PARTS) {
        await page.goto(`${served.url}/settings${part}`)
        await page.getByRole('heading', { level: 2, name: heading }).waitFor()
        await examine(page, `settings${part.replace('/', '-')}`)
      }
      assert.deepEqual(problems, [])
    })
  })
}
