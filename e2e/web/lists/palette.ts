import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { Story } from '../story.ts'
import { findBarriers, PHONE, screenshot, scrollsSideways, THEMES } from '../browser.ts'
import type { Scene } from '../scene.ts'

export function testPalette({ open }: Scene<Story>): void {
  suite('the palette', () => {
    test('finds things by name and goes there, by keyboard alone', async () => {
      const { page, problems } = await open('/environments')
      await page.locator('#content').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('stag')
      await page.getByRole('option', { name: /^Staging environment/ }).waitFor()
      assert.deepEqual(await findBarriers(page), [])
      await page.keyboard.press('Enter')
      await page.waitForURL('**/environments/connected-car:staging')
      await page.getByRole('button', { name: 'Freeze…' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('> freeze')
      await page.getByRole('option', { name: /^Freeze Staging…/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'Freeze Staging?' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('bench-1')
      await page.getByRole('option', { name: /^bench-1 agent/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'bench-1' }).waitFor()
      assert.deepEqual(problems, [])
    })

    test('has what was typed before it was there, and the page takes none of it for a key', async () => {
      const { page, problems } = await open('/environments')
      const isWanted = Promise.withResolvers<undefined>()
      const load = await holdAnswers(page, '**/palette-*.js', () => isWanted.resolve(undefined))
      await page.reload()
      await page.locator('#content').waitFor()
      await isWanted.promise
      await page.keyboard.press('Control+k')
      await page.keyboard.type('gh?')
      for (const _ of 'gh?') await page.keyboard.press('Backspace')
      await page.keyboard.type('stag')
      load()
      await page.getByRole('option', { name: /^Staging environment/ }).waitFor()
      await page.keyboard.type('ing')
      assert.equal(await page.getByRole('combobox').inputValue(), 'staging')
      assert.equal(new URL(page.url()).pathname, '/environments')
      assert.deepEqual(problems, [])
    })

    test('says so when it cannot be loaded, and leaves the keys to the page', async () => {
      const { page } = await open('/environments')
      let isRefused = true
      await page.route('**/palette-*.js', (route) =>
        isRefused ? route.abort('connectionrefused') : route.continue(),
      )
      await page.reload()
      await page.locator('#content').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByText('Search could not be loaded').waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('a')
      await page.waitForURL('**/apps')
      isRefused = false
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('stag')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('ing')
      assert.equal(await page.getByRole('combobox').inputValue(), 'staging')
    })

    test('opens what was gone to with the arrows, also before all is known', async () => {
      const { page, problems } = await open('/agents')
      const answer = await holdAnswers(page, '**/v1/environments*')
      await page.reload()
      await page.locator('#content').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('e')
      await page.getByRole('option', { name: /^Environments/ }).waitFor()
      const picked = page.locator('[role=option][data-highlighted]')
      while (!(await picked.innerText()).startsWith('Environments')) {
        await page.keyboard.press('ArrowDown')
      }
      await page.keyboard.press('Enter')
      await page.waitForURL('**/environments')
      answer()
      assert.deepEqual(problems, [])
    })

    test('opens what fits best of all that there is, also when Enter comes before that is known', async () => {
      const { page, problems } = await open('/environments')
      const answer = await holdAnswers(page, '**/v1/environments*')
      await page.goto(new URL('/agents', page.url()).href)
      await page.locator('#content').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('connected-car/qa')
      await page.keyboard.press('Enter')
      await page.getByText('Looking…').waitFor()
      answer()
      await page.waitForURL('**/environments/connected-car:qa')
      assert.deepEqual(problems, [])
    })

    test('finds people alone after @, and nothing of people for who may not see them', async () => {
      const { page } = await open('/agents')
      await page.locator('#content').waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('@qa')
      const person = page.getByRole('option', { name: /^qa-lead person/ })
      await person.waitFor()
      assert.equal(await page.getByRole('option').count(), 1)
      await person.click()
      await page.waitForURL('**/settings/people?q=qa-lead')
      const { page: theirs } = await open('/agents', { as: 'visitor' })
      await theirs.keyboard.press('Control+k')
      await theirs.getByRole('combobox').waitFor()
      await theirs.keyboard.type('@qa')
      await theirs.getByText(/^Nothing is called that/).waitFor()
      await theirs.keyboard.press('Control+a')
      await theirs.keyboard.type('production')
      await theirs.getByRole('option', { name: /^Production environment/ }).waitFor()
    })

    test('is drawn in both themes, also on a phone', async () => {
      for (const theme of THEMES) {
        const { page, problems } = await open('/agents', { theme, size: PHONE })
        await page.getByRole('button', { name: 'Search' }).click()
        await page.getByRole('combobox').fill('data-backend')
        await page.getByRole('option', { name: /^data-backend application/ }).waitFor()
        assert.equal(await scrollsSideways(page), false)
        await screenshot(page, `palette-390-${theme}`)
        assert.deepEqual(await findBarriers(page), [])
        assert.deepEqual(problems, [])
      }
    })
  })
}

/** Holds back the answers to such requests, and tells that one was made; what is given back lets all of them come. */
async function holdAnswers(
  page: Page,
  address: string,
  onAsked: () => void = () => undefined,
): Promise<() => void> {
  const mayAnswer = Promise.withResolvers<undefined>()
  await page.route(address, async (route) => {
    onAsked()
    await mayAnswer.promise
    await route.continue()
  })
  return () => mayAnswer.resolve(undefined)
}
