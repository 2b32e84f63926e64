import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { until } from '../../packages/server/testing/until.ts'
import { BROKEN, deliverCar, HOLD, type DeliveredCar } from './delivered-car.ts'
import { examine, findBarriers, PHONE, screenshot } from './browser.ts'
import { setScene } from './scene.ts'

const RUN = '/releases/connected-car:connected-car-2.0/runs/1'

// One run, from its first deployment to its end: each test goes on where the one before stopped.
const { open, served, world: car } = await setScene(deliverCar, { LOCKSTEP_GIT_PROTOCOLS: 'file' })

suite('the run of a release', () => {
  test('what runs is shown while it runs, and a run is paused and resumed with a reason', async () => {
    writeFileSync(car.host('bench-1').path(HOLD), '')
    await car.startRelease()
    const { page, problems } = await open(RUN, { as: 'qa-lead' })
    await page.getByRole('button', { name: /^running telemetry-agent/ }).waitFor()
    await page.getByRole('button', { name: 'Pause run…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Pause Connected Car 2.0, run 1?' })
    await dialog.getByText(/What runs goes on to its end\./).waitFor()
    await dialog.getByRole('button', { name: 'Pause run' }).click()
    await dialog.getByText('Say why: it is kept with the run.').waitFor()
    await dialog.getByLabel('Reason, kept as evidence').fill('The bench is rebuilt.')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/Paused by qa-lead.*The bench is rebuilt\./).waitFor()
    await page.getByRole('button', { name: 'Resume run…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Resume run' }).click()
    await page.getByText(/Paused by qa-lead/).waitFor({ state: 'hidden' })
    assert.deepEqual(problems, [])
  })

  test('a deployment leads to the graph of its steps, which goes on while it runs', async () => {
    const { page, problems } = await open(RUN, { as: 'qa-lead' })
    // An agent does two things at once: the third deployment waits for it.
    const { application, component } = await findHeld(car)
    await page.getByRole('button', { name: new RegExp(`^running ${component}`) }).click()
    await page.getByRole('link', { name: 'Graph of its steps' }).click()
    await page.getByRole('heading', { name: `Deploy ${application}` }).waitFor()
    await page.getByRole('link', { name: 'Connected Car 2.0 #1' }).waitFor()
    await page.getByRole('button', { name: new RegExp(`^${component}.*running.*1 now$`) }).click()
    await page.getByRole('link', { name: `Steps of ${component} deploy` }).click()
    await page.getByRole('button', { name: /^place.*passed.*1 passed$/ }).waitFor()
    await page.getByRole('button', { name: /^restart.*running.*1 now$/ }).click()
    const panel = page.getByRole('complementary', { name: 'restart' })
    await panel.getByRole('link', { name: /^running bench-1/ }).waitFor()
    assert.equal(await page.locator('[data-edge]').getAttribute('data-look'), 'passed')
    await page.getByRole('region', { name: 'Where the time goes' }).getByText('place').waitFor()
    await examine(page, 'process-run')
    writeFileSync(car.host('bench-1').path(BROKEN), '')
    rmSync(car.host('bench-1').path(HOLD))
    await page.getByRole('button', { name: /^restart.*failed.*1 failed$/ }).waitFor()
    await panel.getByRole('link', { name: /^failed bench-1/ }).click()
    await page.getByText(`restarting ${component}`, { exact: true }).waitFor()
    assert.match(page.url(), /\/steps\/stp_.*\/log/)
    assert.deepEqual(problems, [])
  })

  test('the process of an application finds the newest run that carries it out by itself', async () => {
    const { page, problems } = await open(
      '/apps/connected-car:vehicle-firmware/processes/deploy?view=run',
      { as: 'qa-lead' },
    )
    await page.getByRole('link', { name: 'Connected Car 2.0 #1' }).waitFor()
    await page.getByRole('button', { name: /^telemetry-agent/ }).waitFor()
    const runs = page.getByLabel('Run', { exact: true }).getByRole('option')
    assert.ok((await runs.count()) > 1, 'it lists the delivery of v1 too')
    assert.deepEqual(problems, [])
  })

  test('a step that fails shows its log, and is tried again from its panel', async () => {
    const { page } = await open(RUN, { as: 'qa-lead' })
    // The first line says why, before anything is opened.
    await page
      .getByRole('status')
      .getByRole('button', { name: /^Staging, deploy .*: .* on bench-1: It ended with exit code/ })
      .click()
    await page.getByRole('complementary').getByRole('button', { name: 'Retry' }).waitFor()
    await page.getByRole('button', { name: /^failed telemetry-agent/ }).click()
    const panel = page.getByRole('complementary', { name: 'telemetry-agent' })
    await panel.getByText('restarting telemetry-agent').waitFor()
    assert.deepEqual(await findBarriers(page), [])
    await screenshot(page, 'run-failed-step')
    await panel.getByRole('button', { name: 'Skip' }).click()
    await panel.getByText(/^Say why: /).waitFor()
    rmSync(car.host('bench-1').path(BROKEN))
    for (const part of ['telemetry-agent', 'ingest-api', 'ios-app']) {
      await page
        .getByRole('button', { name: new RegExp(`^(failed|passed) ${part}`) })
        .first()
        .click()
      const its = page.getByRole('complementary', { name: part })
      await its.waitFor()
      const retry = its.getByRole('button', { name: 'Retry' })
      if ((await retry.count()) > 0) await retry.click()
      await its.getByText('Passed').waitFor()
    }
    await page.getByRole('button', { name: /^passed Telemetry round trip/ }).waitFor()
  })

  test('the panel opens by itself on the gate that waits on me, and looks as designed', async () => {
    const { page, problems } = await open(RUN, { as: 'release-manager' })
    const panel = page.getByRole('complementary', { name: 'Staging exit gate' })
    await panel.getByText('1.12.3').waitFor()
    await page.getByText('Waiting on you').first().waitFor()
    // One from each: every group that is missing stands there by itself.
    for (const group of ['qa', 'embedded', 'release-managers']) {
      await panel.getByText(new RegExp(`^for ${group} · waiting`)).waitFor()
    }
    await examine(page, 'run')
    await panel.getByRole('button', { name: 'Close' }).click()
    await panel.waitFor({ state: 'hidden' })
    assert.deepEqual(problems, [])
  })

  test('an address shows the same in another browser, and its id leads to it', async () => {
    const { page } = await open(`${RUN}?gate=production.exit`, { as: 'viewer' })
    await page.getByRole('complementary', { name: 'Production exit gate' }).waitFor()
    const { items } = await car.admin.listRuns({ name: 'connected-car-2.0' })
    await page.goto(`${served.url}/runs/${items[0]?.id}?gate=staging.exit`)
    await page.getByText('Only qa, embedded or release-managers can approve here.').waitFor()
    assert.match(decodeURIComponent(page.url()), /connected-car-2\.0\/runs\/1\?gate=staging\.exit$/)
    assert.equal(await page.getByRole('button', { name: 'Pause run…' }).count(), 0)
    await page.goto(`${served.url}/releases/connected-car:connected-car-2.0/runs/99`)
    await page.getByText('There is no such run').waitFor()
  })

  test('tabs say what it brings, where that runs, what is new, who did what, and what it was planned from', async () => {
    const { page, problems } = await open(RUN)
    const tabs = [
      ['Path to production', /^the same bits, read again there$/],
      ['Contents', /^sha256:[0-9a-f]{64}$/],
      ['Changes', /^data-backend #2$/],
      ['Evidence', /^paused a run$/],
      ['Definition', /^connected-car\/delivery$|^pipeline connected-car\/delivery$/],
    ] as const
    for (const [tab, shows] of tabs) {
      await page.getByRole('navigation', { name: 'This run' }).getByText(tab).click()
      await page.getByRole('main').getByText(shows).first().waitFor({ state: 'attached' })
      await examine(page, `run-${tab.toLowerCase().replaceAll(' ', '-')}`)
    }
    await page.goto(`${served.url}${RUN}/changes`)
    const commits = page.getByRole('region', { name: 'data-backend', exact: true })
    await commits.getByText('CAR-1042: Show <img src=x onerror=alert(1)> of the trip').waitFor()
    await commits.getByText('CAR-1042', { exact: true }).waitFor()
    assert.equal(
      await commits.getByRole('row').count(),
      2,
      'a head and the one commit since 1.12.3',
    )
    assert.equal(await commits.locator('img').count(), 0)
    await page.goto(`${served.url}${RUN}/evidence`)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ])
    assert.equal(file.suggestedFilename(), 'connected-car-connected-car-2.0-1-evidence.json')
    const viewer = await open(`${RUN}/evidence`, { as: 'viewer' })
    await viewer.page.getByText('You do not read the evidence of this run').waitFor()
    assert.deepEqual(problems, [])
  })

  test('a phone opens the gate from its row and approves', async () => {
    const { page } = await open(RUN, { as: 'embedded-lead', size: PHONE, hasTouch: true })
    await page.getByRole('button', { name: /^Staging exit gate/ }).tap()
    const panel = page.getByRole('complementary', { name: 'Staging exit gate' })
    await panel.getByRole('button', { name: 'Approve…' }).tap()
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).tap()
    await panel.getByText('1 of 3').waitFor()
    await screenshot(page, 'run-gate-390')
  })

  test('the keyboard alone goes through stages and gates, approves, and the page follows', async () => {
    const watcher = await open(RUN, { as: 'viewer' })
    const { page } = await open(RUN, { as: 'release-manager', size: { width: 1024, height: 800 } })
    await page.getByRole('button', { name: /^Staging exit gate/ }).waitFor()
    await page.keyboard.press(']')
    await page.waitForURL(/stage=production/)
    await page.keyboard.press('[')
    await page.waitForURL(/stage=staging/)
    await page.keyboard.press('a')
    const comment = page.getByLabel('Comment, kept as evidence')
    await comment.waitFor()
    await page.keyboard.type('Fine.')
    assert.equal(await comment.inputValue(), 'Fine.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('dialog', { name: 'Approve Staging exit gate?' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('2 of 3').waitFor()
    const gate = await car.gateOf(
      (await car.admin.listRuns({ name: 'connected-car-2.0' })).items[0]!.id,
    )
    const { covers } = await car.qaLead.showGate({ gate })
    await car.qaLead.decideGate({ gate, decision: 'approve', covers: covers ?? '' })
    await watcher.page.getByRole('button', { name: /^Staging exit gate, passed/ }).waitFor()
  })

  test('a manual task is ended by whom it asks, and a run is aborted from the safe side', async () => {
    const { page } = await open('/', { as: 'release-manager' })
    await page.getByText('Tell the owners · Connected Car 2.0').waitFor()
    await page.getByRole('link', { name: 'Open task' }).click()
    const panel = page.getByRole('complementary', { name: 'Tell the owners' })
    await panel.getByText('Send the letter to all owners.').waitFor()
    await page.getByRole('button', { name: 'More about this run' }).click()
    await page.getByRole('menuitem', { name: 'Abort run…' }).click()
    const dialog = page.getByRole('dialog', { name: /^Abort / })
    await dialog.waitFor()
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Keep going')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await panel.getByRole('button', { name: 'It is done' }).click()
    await page.getByText('Succeeded', { exact: true }).waitFor()
    await screenshot(page, 'run-ended')
  })
})

/** A deployment that is held on its host. */
async function findHeld({
  admin,
}: DeliveredCar): Promise<{ readonly application: string; readonly component: string }> {
  const { items } = await admin.listRuns({ name: 'connected-car-2.0' })
  const [started] = items
  assert.ok(started)
  let held: { readonly application: string; readonly component: string } | undefined
  await until('a deployment is held', async () => {
    const { stages } = await admin.showRun({ run: started.id })
    held = stages
      .flatMap(({ tasks }) => tasks)
      .flatMap(({ application, steps }) =>
        steps.flatMap(({ component, jobs }) =>
          application !== null &&
          component !== null &&
          jobs.some(({ link, state }) => link === 'restart' && state === 'running')
            ? [{ application, component }]
            : [],
        ),
      )[0]
    return held !== undefined
  })
  assert.ok(held)
  return held
}
