import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createClient } from '@lockstep/client'
import { findBarriers, PHONE, screenshot, scrollsSideways } from './browser.ts'
import { setScene } from './scene.ts'
import { fillSignIn, PASSWORD } from './served-page.ts'

const { browser, served } = await setScene(() => Promise.resolve(null))

suite('before anybody works', () => {
  test('the one-time link makes the first administrator, who is then at home', async () => {
    const { page, problems } = await browser.open()
    await page.goto(`${served.url}/setup#${served.setupCode}`)
    await page.getByLabel('Name').fill('release-manager')
    await page.getByLabel('E-mail').fill('release-manager@example.test')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page
      .getByText(/password/i)
      .nth(1)
      .waitFor()
    assert.doesNotMatch(page.url(), /#/, 'the code stays in no history')
    assert.deepEqual(await findBarriers(page), [])
    await screenshot(page, 'set-up')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Make the administrator' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    assert.deepEqual(problems, [])
  })

  test('a link that was used says so at once, by whom and when', async () => {
    const { page, problems } = await browser.open()
    await page.goto(`${served.url}/setup#${served.setupCode}`)
    await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor()
    await page.getByText(/^This link was used on \S+ at \S+ UTC by release-manager\./).waitFor()
    assert.equal(await page.getByLabel('Password').count(), 0)
    assert.deepEqual(await findBarriers(page), [])
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name or e-mail').waitFor()
    assert.deepEqual(problems, [])
  })

  test('an invitation says how long a password is, and once it was used, by whom', async () => {
    const admin = createClient({ server: served.url })
    await admin.signIn({ name: 'release-manager', password: PASSWORD })
    const { code } = await admin.createUser({
      name: 'qa-lead',
      title: 'QA lead',
      email: 'qa-lead@example.test',
    })
    const { page, problems } = await browser.open()
    await page.goto(`${served.url}/invitation#${code}`)
    await page.getByText('At least 12 characters').waitFor()
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    const late = await browser.open()
    await late.page.goto(`${served.url}/invitation#${code}`)
    await late.page.getByText(/^This link was used on \S+ at \S+ UTC by qa-lead\./).waitFor()
    assert.equal(await late.page.getByLabel('Password').count(), 0)
    assert.deepEqual([...problems, ...late.problems], [])
  })

  test('what belongs to a project says that there is none, instead of loading for ever', async () => {
    const { page, problems } = await browser.open()
    await page.goto(`${served.url}/releases/new`)
    await fillSignIn(page, 'release-manager')
    await page.getByText('There is no project yet').waitFor()
    assert.deepEqual(await findBarriers(page), [])
    // An administrator reads what belongs to none.
    await page.goto(`${served.url}/evidence`)
    await page.getByText('became the first administrator').waitFor()
    assert.deepEqual(await findBarriers(page), [])
    assert.deepEqual(problems, [])
  })

  test('whoever is not signed in is asked to, and led on to where they wanted to go', async () => {
    const { page } = await browser.open()
    await page.goto(`${served.url}/`)
    await page.getByLabel('Name or e-mail').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('to'), '/')
    await fillSignIn(page, 'release-manager')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
  })

  test('no address of another site is gone to after signing in', async () => {
    const { page } = await browser.open()
    await page.goto(`${served.url}/sign-in?to=${encodeURIComponent('//example.test/')}`)
    await fillSignIn(page, 'release-manager')
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    assert.equal(new URL(page.url()).origin, served.url)
  })

  test('an address without a screen says so', async () => {
    const { page } = await browser.open({ size: PHONE })
    await page.goto(`${served.url}/nowhere`)
    await page.getByText('There is nothing at this address').waitFor()
  })

  // Last: after wrong passwords the server makes the next one wait.
  test('a wrong password is refused in words, and the name stays', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page, problems } = await browser.open({ theme, size: { width: 360, height: 740 } })
      await page.goto(`${served.url}/sign-in`)
      await page.getByLabel('Name or e-mail').fill('release-manager')
      await page.getByLabel('Password').fill('not this')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
      assert.equal(await page.getByLabel('Name or e-mail').inputValue(), 'release-manager')
      assert.deepEqual(await findBarriers(page), [])
      assert.equal(await scrollsSideways(page), false)
      assert.deepEqual(problems, [])
      await screenshot(page, `sign-in-360-${theme}`)
    }
  })
})
