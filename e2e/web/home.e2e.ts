import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DESK,
  findBarriers,
  openBrowser,
  PHONE,
  screenshot,
  scrollsSideways,
  THEMES,
  type OpenedBrowser,
} from './browser.ts'
import { servePage, signIn, type ServedPage } from './served-page.ts'
import { tellStory, type Story } from './story.ts'

suite('Home', () => {
  let served: ServedPage
  let browser: OpenedBrowser
  let story: Story
  before(async () => {
    served = await servePage()
    browser = await openBrowser()
    story = await tellStory(served)
  })
  after(async () => {
    await story[Symbol.asyncDispose]()
    await browser[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  test('says that nothing waits, and shows a gate as soon as it does', async () => {
    const { page, problems } = await browser.open()
    await signIn(page, served.url, 'qa-lead')
    await page.getByText('Nothing waits on you').waitFor()
    await story.startToGate('round-trip')
    await page.getByText('staging exit gate · Round trip', { exact: false }).waitFor()
    await page.getByRole('link', { name: /Home.*1 waiting on you/ }).waitFor()
    assert.deepEqual(problems, [])
  })

  test('shows what runs where, what is collected, and what happened', async () => {
    const { page } = await browser.open()
    await signIn(page, served.url, 'qa-lead')
    await page.getByRole('region', { name: 'What runs where' }).getByText('1.12.3').waitFor()
    await page.getByText('0 of 1 snapshots ready').waitFor()
    await page.getByRole('region', { name: 'Activity' }).getByText('started Round trip').waitFor()
  })

  test('looks and reads well in every width and theme', async () => {
    const sizes = [
      DESK,
      { width: 1024, height: 768 },
      { width: 768, height: 1024 },
      PHONE,
      { width: 360, height: 740 },
    ]
    await story.waitAtGate('round-trip')
    for (const theme of THEMES) {
      for (const size of sizes) {
        const { page } = await browser.open({ theme, size })
        await signIn(page, served.url, 'qa-lead')
        await page.getByText('staging exit gate', { exact: false }).first().waitFor()
        await page.getByText('0 of 1 snapshots ready').waitFor()
        await page.getByRole('region', { name: 'Activity' }).getByText('started').first().waitFor()
        await screenshot(page, `home-${size.width}-${theme}`)
        assert.deepEqual(await findBarriers(page), [], `${size.width} ${theme}`)
        assert.equal(await scrollsSideways(page), false, `${size.width} ${theme}`)
        await page.context().close()
      }
    }
  })

  test('goes places and approves by keyboard alone, never with one key', async () => {
    await story.waitAtGate('round-trip')
    const { page } = await browser.open()
    await signIn(page, served.url, 'qa-lead')
    await page.getByText('staging exit gate', { exact: false }).first().waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Home').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('What to do or where to go').fill('home')
    await page.keyboard.press('Enter')
    await page.getByPlaceholder('What to do or where to go').waitFor({ state: 'detached' })
    await page.keyboard.press('a')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Comment, kept as evidence').fill('Round trip is fine.')
    await screenshot(page, 'home-approve')
    assert.deepEqual(await findBarriers(page), [])
    assert.equal((await story.lead.listGates({ mine: true })).items.length, 1)
    await dialog.getByRole('button', { name: 'Approve' }).press('Enter')
    await page.getByText('Nothing waits on you').waitFor()
    await page.getByText('approved', { exact: false }).first().waitFor()
  })

  test('says when live updates are lost, since when, and comes back without a reload', async () => {
    const { page, problems } = await browser.open()
    await signIn(page, served.url, 'qa-lead')
    await page.getByText('Live', { exact: true }).waitFor()
    await served.restart(async () => {
      await page.getByText('Live updates lost').waitFor()
      await page.getByText(/as of \d\d:\d\d/).waitFor()
      await screenshot(page, 'home-lost')
    })
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('Live updates lost').waitFor({ state: 'detached' })
    await page.getByText('0 of 1 snapshots ready').waitFor()
    await story.startToGate('round-trip')
    await page.getByText('staging exit gate · Round trip', { exact: false }).waitFor()
    assert.deepEqual(problems, [])
  })

  test('holds one event stream for all tabs of a browser', async () => {
    const { page } = await browser.open()
    await signIn(page, served.url, 'qa-lead')
    await page.getByText('Live', { exact: true }).waitFor()
    const before = await served.countStreams()
    for (let tab = 0; tab < 3; tab += 1) {
      const next = await page.context().newPage()
      await next.goto(served.url)
      await next.getByText('Live', { exact: true }).waitFor()
    }
    assert.equal(await served.countStreams(), before)
  })
})
