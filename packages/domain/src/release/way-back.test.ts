import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { planWayBack, type PastDeployment } from './way-back.ts'

const before = (snapshot: string, succeeded = true): PastDeployment<string> => ({
  snapshot,
  succeeded,
  ofRelease: false,
})
const release = (snapshot: string, succeeded = true): PastDeployment<string> => ({
  snapshot,
  succeeded,
  ofRelease: true,
})
const app = (application: string, history: readonly PastDeployment<string>[], wanted?: string) => ({
  application,
  history,
  wanted,
})

suite('the way back of a release', () => {
  test('begins with its last stage, and takes back last what came first', () => {
    const applications = [
      app('backend', [before('b1'), release('b2')]),
      app('firmware', [before('f1'), release('f2')]),
    ]
    assert.deepEqual(
      planWayBack([
        { stage: 'staging', applications },
        { stage: 'production', applications },
      ]).map(({ stage, applications: back }) => [
        stage,
        ...back.map(({ application }) => application),
      ]),
      [
        ['production', 'firmware', 'backend'],
        ['staging', 'firmware', 'backend'],
      ],
    )
  })

  test('goes to what was good before the release came, however often it was deployed since', () => {
    const history = [before('b1'), before('b2', false), release('b3', false), release('b4')]
    const [stage] = planWayBack([{ stage: 'staging', applications: [app('backend', history)] }])
    assert.deepEqual(stage?.applications, [{ application: 'backend', to: 'b1' }])
  })

  test('goes to the same place when it is gone twice', () => {
    const history = [before('b1'), before('b2'), release('b3'), before('b2')]
    const [stage] = planWayBack([{ stage: 'staging', applications: [app('backend', history)] }])
    assert.deepEqual(stage?.applications, [{ application: 'backend', to: 'b2' }])
  })

  test('leaves out stages that the release has not reached, and what it has not deployed there', () => {
    const back = planWayBack([
      {
        stage: 'staging',
        applications: [app('backend', [before('b1'), release('b2')]), app('phone', [before('p1')])],
      },
      { stage: 'production', applications: [app('backend', [before('b1')])] },
    ])
    assert.deepEqual(back, [
      { stage: 'staging', applications: [{ application: 'backend', to: 'b1' }], stay: [] },
    ])
  })

  test('says what stays because nothing was there before, unless somebody names where it goes', () => {
    const first = [release('p1')]
    const stages = (wanted?: string) => [
      { stage: 'staging', applications: [app('phone', first, wanted)] },
    ]
    assert.deepEqual(planWayBack(stages()), [
      { stage: 'staging', applications: [], stay: ['phone'] },
    ])
    assert.deepEqual(planWayBack(stages('p0')), [
      { stage: 'staging', applications: [{ application: 'phone', to: 'p0' }], stay: [] },
    ])
  })
})
