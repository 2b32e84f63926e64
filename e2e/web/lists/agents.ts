import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import type { Story } from '../story.ts'
import { examine, findBarriers } from '../browser.ts'
import type { Scene } from '../scene.ts'

export function testAgents({ open, served, world: story }: Scene<Story>): void {
  suite('agents', () => {
    before(async () => {
      await story.startToGate('round-trip')
    })

    test('are listed with their state, and one is opened by keyboard with what it did', async () => {
      const { page, problems } = await open('/agents')
      await page.getByText('1 of 1 online').waitFor()
      await page.getByRole('link', { name: 'bench-1' }).waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'bench-1' }).waitFor()
      const jobs = page.getByRole('region', { name: 'Jobs of bench-1' })
      await jobs.getByText('Telemetry round trip').first().waitFor()
      await jobs.getByText('round-trip #1').waitFor()
      assert.deepEqual(problems, [])
    })

    test('are enrolled with a command that is shown once', async () => {
      const { page } = await open('/agents')
      await page.getByRole('button', { name: 'Enrol an agent…' }).click()
      await page.getByLabel('Name', { exact: true }).fill('bench-1')
      await page.getByRole('button', { name: 'Make the token' }).click()
      await page.getByText('There is an agent named "bench-1" already.').waitFor()
      await page.getByLabel('Name', { exact: true }).fill('eu-1')
      await page.getByLabel('Labels').fill('linux, bench')
      await page.getByRole('button', { name: 'Make the token' }).click()
      const command = await page.getByLabel('Command to type on the host').last().innerText()
      assert.match(command, /LOCKSTEP_AGENT_NAME=eu-1/)
      assert.match(command, /LOCKSTEP_ENROL_TOKEN=lse_/)
      assert.deepEqual(await findBarriers(page), [])
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.doesNotMatch(await page.content(), /lse_/)
    })

    test('are assigned and taken out again, drained and given work again', async () => {
      const { page } = await open('/agents')
      await page.getByRole('link', { name: 'bench-1' }).click()
      const places = page.getByRole('region', { name: 'Works in' })
      await places.getByLabel('Project or environment').selectOption('connected-car/qa')
      await places.getByRole('button', { name: 'Assign' }).click()
      await places.getByRole('button', { name: 'Take it out of connected-car/qa' }).click()
      await page.getByText('bench-1 is out of connected-car/qa').waitFor()
      await places.getByRole('button', { name: 'Take it out of connected-car/qa' }).waitFor({
        state: 'detached',
      })
      await page.getByRole('button', { name: 'Drain', exact: true }).click()
      await page.getByText('bench-1 gets nothing new').waitFor()
      await page.getByRole('button', { name: 'Give it work again' }).click()
      await page.getByRole('button', { name: 'Drain', exact: true }).waitFor()
    })

    test('are evicted only after the page has said what that means', async () => {
      const { token } = await story.admin.createEnrolment({ name: 'old-bench', labels: [] })
      assert.match(token, /^lse_/)
      const { page } = await open('/agents')
      await page.getByRole('link', { name: 'bench-1' }).click()
      await page.getByRole('button', { name: 'Evict…' }).click()
      await page.getByText('Its key is refused from now on, and for ever.').waitFor()
      assert.equal(
        await page.evaluate('document.activeElement.textContent'),
        'Keep it',
        'the safe button has the focus',
      )
      assert.deepEqual(await findBarriers(page), [])
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })

    test('offer a viewer nothing, and say who may', async () => {
      const { page } = await open('/agents', { as: 'visitor' })
      await page.getByText(/^Enrolling agents is for/).waitFor()
      assert.equal(await page.getByRole('button', { name: /Enrol/ }).count(), 0)
      await page.getByRole('link', { name: 'bench-1' }).click()
      await page.getByText(/^Evicting is for/).waitFor()
      await page.getByText(/^Draining is for/).waitFor()
      assert.equal(
        await page.getByRole('button', { name: /Evict|Drain|Assign|Take it/ }).count(),
        0,
      )
      assert.deepEqual(await findBarriers(page), [])
    })

    test('that are not there are said to be so', async () => {
      const { page } = await open('/agents/agt_01KA5XQ2000000000000000000')
      await page.getByText('There is no such agent').waitFor()
      await page.goto(`${served.url}/agents?q=nowhere`)
      await page.getByText('Nothing fits “nowhere”').waitFor()
    })

    test('have no barriers, and nothing scrolls sideways at any width', async () => {
      const { items } = await story.admin.listAgents({ name: 'bench-1' })
      const { page, problems } = await open('/agents')
      await page.getByText('bench-1').first().waitFor()
      await examine(page, 'agents')
      await page.goto(`${served.url}/agents/${items[0]?.id ?? ''}`)
      await page.getByText('bench-1').first().waitFor()
      await examine(page, 'agent')
      assert.deepEqual(problems, [])
    })
  })
}
