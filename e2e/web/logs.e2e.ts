import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page, Response } from 'playwright-core'
import { ERROR_LINES, LINES, startTalkingLab, XSS, XSS_BRANCH } from './talking-lab.ts'
import { addressOf, examine, findBarriers, screenshot } from './browser.ts'
import { setScene } from './scene.ts'
import { signIn } from './served-page.ts'

/** Rows in the page, whatever the length of the log. */
const ROWS_MAX = 80

const {
  open,
  browser,
  served,
  world: lab,
} = await setScene(startTalkingLab, { LOCKSTEP_GIT_PROTOCOLS: 'file' })
const { path: log } = await lab.logOf('contract-test')

suite('runs and logs', () => {
  const lineOf = (page: Page, line: number) => page.locator(`[data-line="${line}"]`)
  const countRows = (page: Page): Promise<number> => page.locator('[data-line]').count()

  test('runs are listed newest first, and filtered in the address', async () => {
    const { page, problems } = await open('/runs')
    const table = page.getByRole('region', { name: 'Runs' })
    await table
      .getByRole('link', { name: /From a branch/ })
      .first()
      .waitFor()
    assert.match(await table.getByRole('row').nth(1).innerText(), /From a branch/)
    await page.getByRole('group', { name: 'State' }).getByText('Waiting').click()
    await table.getByRole('link', { name: /Quiet/ }).waitFor({ state: 'detached' })
    await page.waitForURL('**/runs?state=waiting')
    await table.getByRole('link', { name: /<b>Contract<\/b> test/ }).waitFor()
    await page.goto(`${served.url}/runs?q=ONERROR`)
    await table.getByText(XSS_BRANCH, { exact: true }).first().waitFor()
    assert.equal(await table.getByRole('link', { name: /Quiet/ }).count(), 0)
    await page.getByRole('textbox', { name: 'Name, branch or commit' }).fill('nowhere')
    await page.getByText('No run fits').waitFor()
    await page.getByRole('link', { name: 'Clear the filter' }).click()
    await table.getByRole('link', { name: /Quiet/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/runs/run_*')
    assert.deepEqual(problems, [])
  })

  test('a log of 200,000 lines has few rows in the page, and only lines in sight are fetched', async () => {
    const { page, problems } = await browser.open()
    const reads: Promise<{ lines: readonly unknown[] }>[] = []
    const listen = (response: Response): void => {
      if (response.url().includes('/log/lines')) reads.push(response.json())
    }
    page.on('response', listen)
    await signIn(page, served.url, 'admin', log)
    // A log that failed is opened at its first error.
    await lineOf(page, ERROR_LINES[0]).getByText('wrong type of soc_percent').waitFor()
    await page.getByText(`All ${LINES.toLocaleString('en')}`).waitFor()
    await page.getByRole('button', { name: 'End' }).click()
    await lineOf(page, LINES).getByText('error step ended with code 1').waitFor()
    assert.ok((await countRows(page)) <= ROWS_MAX, `${await countRows(page)} rows`)
    await page.getByRole('region', { name: 'Lines of the log' }).focus()
    await page.keyboard.press('Home')
    await page.getByRole('button', { name: /^Take agent lab-1/ }).waitFor()
    page.off('response', listen) // What still comes is not waited for.
    const fetched = (await Promise.all(reads)).reduce((sum, { lines }) => sum + lines.length, 0)
    assert.ok(fetched > 0 && fetched < 4_000, `${fetched} lines were fetched`)
    assert.deepEqual(problems, [])
  })

  test('search finds all hits of the whole log, and goes from one to the next', async () => {
    const { page } = await open(log)
    await lineOf(page, ERROR_LINES[0]).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('keeps ORDER')
    await page
      .getByRole('search')
      .getByText(/^199,\d\d\d hits$/)
      .waitFor()
    await page.getByRole('textbox', { name: 'Search this log' }).fill('soc_percent')
    await page.getByText('4 hits').waitFor()
    await page.waitForURL('**?q=soc_percent*')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.getByText('2 of 4').waitFor()
    assert.equal(await lineOf(page, 7).locator('mark').innerText(), 'soc_percent')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+N')
    await page.getByText('1 of 4').waitFor()
    await page.getByRole('textbox', { name: 'Search this log' }).fill('nowhere at all')
    await page.getByText('no hit').waitFor()
  })

  test('every attempt at a step stands behind a tab, and leads to its log', async () => {
    const { page, problems } = await open(log)
    await page.getByRole('link', { name: 'Attempts 1' }).click()
    await page.waitForURL('**?tab=attempts')
    const attempts = page.getByRole('region', { name: 'Attempts' })
    await attempts.getByText('the step was due').waitFor()
    await attempts.getByText(/1\.?$/).first().waitFor()
    assert.deepEqual(await findBarriers(page), [])
    await screenshot(page, 'log-attempts')
    assert.equal(await page.getByRole('link', { name: /^Parameters/ }).count(), 0)
    await attempts.getByRole('link').click()
    await lineOf(page, ERROR_LINES[0]).waitFor()
    assert.match(page.url(), /\?job=job_/)
    assert.deepEqual(problems, [])
  })

  test('what a step made and what it was told to do stand behind tabs, each with an address', async () => {
    const { page, problems } = await open(log)
    await page.getByRole('link', { name: 'Artifacts' }).click()
    await page.waitForURL('**?tab=artifacts')
    await page.getByText('It made nothing that is kept').waitFor()
    await page.getByRole('link', { name: 'Definition' }).click()
    await page.waitForURL('**?tab=definition')
    const main = page.getByRole('main')
    await main.getByText('Resources', { exact: true }).waitFor()
    await main.getByText('connected-car/contract-test').waitFor()
    assert.doesNotMatch(await main.innerText(), /undefined|\[object/)
    await examine(page, 'log-definition', { widths: [1440, 360] })
    assert.deepEqual(problems, [])
  })

  test('errors are extracted, each linking to its line; the address of a line opens it elsewhere', async () => {
    const { page } = await open(log)
    const broke = page.getByRole('region', { name: 'What broke' })
    await broke.getByText('3', { exact: true }).waitFor()
    await broke.getByRole('link', { name: /no answer from ingest-api/ }).click()
    await lineOf(page, ERROR_LINES[1]).getByText('no answer').waitFor()
    await page.waitForURL(`**#L${ERROR_LINES[1]}`)
    await page.keyboard.press('e')
    await page.waitForURL(`**#L${LINES}`)
    await page.keyboard.press('Shift+E')
    await page.waitForURL(`**#L${ERROR_LINES[1]}`)
    const { page: other } = await open(addressOf(page))
    await other.locator(`[data-line="${ERROR_LINES[1]}"][aria-current]`).waitFor()
    await other
      .getByRole('group', { name: 'Lines' })
      .getByRole('button', { name: /errors/ })
      .click()
    await lineOf(other, ERROR_LINES[0]).waitFor()
    // Each with what belongs to it, and nothing else.
    assert.equal(await countRows(other), 5 + 1 + 1)
  })

  test('groups fold, and open again for who comes by a link', async () => {
    const { page } = await open(`${log}#L150000`)
    await lineOf(page, 150_000).waitFor()
    await page.keyboard.press('f')
    await lineOf(page, 150_000).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: /^Run contracts 199,?\d+ lines/ }).waitFor()
    await page.getByRole('region', { name: 'What broke' }).getByRole('link').first().click()
    await lineOf(page, ERROR_LINES[0]).waitFor()
    await page.getByRole('button', { name: 'Fold all' }).click()
    await lineOf(page, ERROR_LINES[0]).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Open all' }).click()
    await page.getByText('lease of 60 s').waitFor()
  })

  test('what a log says are letters and never markup', async () => {
    const { page, problems } = await open(log)
    await lineOf(page, ERROR_LINES[0]).waitFor()
    for (const text of XSS.filter((one) => !one.includes('\u001B'))) {
      await page.getByText(text, { exact: true }).waitFor()
    }
    assert.equal(await page.getByText('a link', { exact: true }).count(), 1)
    assert.equal(await page.getByText('a link', { exact: true }).locator('a').count(), 0)
    assert.equal(await page.title(), '<b>Contract</b> test task · Lockstep')
    assert.deepEqual(problems, [])
  })

  test('a log that grows is followed, until its reader scrolls up', async () => {
    const { path } = await lab.logOf('follow')
    lab.tell('first line\n')
    const { page } = await open(path)
    await page.getByText('first line').waitFor()
    lab.tell(`${'soaking\n'.repeat(500)}last so far\n`)
    await page.getByText('last so far').waitFor()
    const lines = page.getByRole('region', { name: 'Lines of the log' })
    await lines.hover()
    await page.mouse.wheel(0, -4_000)
    await page.getByText('last so far').waitFor({ state: 'detached' })
    lab.tell(`${'soaking\n'.repeat(127)}the end\n`)
    await page.getByRole('button', { name: 'Follow 128 new lines' }).click()
    await page.getByText('the end').waitFor()
    lab.tell('bye\n')
    await page.getByText('bye').waitFor()
    lab.tell(null)
    await page.getByText('ended with code 0').waitFor()
  })

  test('a log without a word, and a step that is not there, say so', async () => {
    const { path } = await lab.logOf('quiet')
    const { page } = await open(path)
    await page.getByText('It wrote nothing').waitFor()
    assert.deepEqual(await findBarriers(page), [])
    await page.goto(`${served.url}${path.replace(/stp_\w{26}/, 'stp_00000000000000000000000000')}`)
    await page.getByText('There is no such step').waitFor()
    await page.goto(`${served.url}/runs/run_00000000000000000000000000/steps/x/log`)
    await page.getByText('There is no such step').waitFor()
  })

  test('have no barriers, and nothing scrolls sideways at any width', async () => {
    const { page, problems } = await open('/runs')
    await page.getByText('From a branch').first().waitFor()
    await examine(page, 'runs')
    await page.goto(`${served.url}${log}?q=soc_percent#L6`)
    await page.getByText('4 hits').waitFor()
    await examine(page, 'log')
    assert.deepEqual(problems, [])
  })
})
