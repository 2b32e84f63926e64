import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { parseDefinition } from '../check/schema/definition.ts'
import type { PipelineDefinition } from '../check/schema/pipeline.ts'
import { pipelineOfPutBack } from './put-back.ts'

function pipelineOf(...stages: readonly object[]): PipelineDefinition {
  const on = [{ kind: 'commit', repository: 'shop', branch: 'main' }]
  const parsed = parseDefinition({ kind: 'pipeline', name: 'delivery', on, stages })
  assert.ok(parsed.ok && parsed.definition.kind === 'pipeline', JSON.stringify(parsed))
  return parsed.definition
}

const deploy = (name: string, more: object = {}) => ({
  kind: 'deploy',
  application: { name },
  ...more,
})
const stage = (name: string, tasks: readonly object[], more: object = {}) => ({
  kind: 'stage',
  name,
  tasks,
  ...more,
})
const PLACE = { application: 'car/shop', environment: 'car/staging' }
const inStaging = { environment: { name: 'staging' } }

const putBack = (definition: PipelineDefinition, bound: Readonly<Record<string, string>> = {}) =>
  pipelineOfPutBack({ project: 'car', definition }, PLACE, new Map(Object.entries(bound)))

suite('pipelineOfPutBack', () => {
  test('is the stage with its whole entry gate and the deployment alone, whatever starts the pipeline', () => {
    const entry = [
      { kind: 'in_window', window: 'Mon-Thu 06:00-16:00 Europe/Berlin' },
      { kind: 'approval', name: 'Ready', by: [{ group: 'qa' }] },
    ]
    const group = {
      kind: 'side_by_side',
      name: 'all',
      tasks: [deploy('other'), deploy('shop', { timeout: '5m' })],
    }
    const back = putBack(
      pipelineOf(
        stage('build', [{ kind: 'test', name: 'units', run: ['true'] }]),
        stage('staging', [group, { kind: 'test', name: 'after', run: ['true'] }], {
          ...inStaging,
          entry,
          exit: [{ kind: 'healthy' }],
        }),
      ),
    )
    assert.deepEqual([back?.title, back?.on, back?.stages.length], ['Delivery, put back', [], 1])
    const [only] = back?.stages ?? []
    assert.deepEqual(
      only?.entry.map(({ kind }) => kind),
      ['in_window', 'approval'],
    )
    assert.deepEqual(
      only?.tasks.map((task) => [task.kind, task.name, 'timeout' in task && task.timeout]),
      [['deploy', 'deploy shop', '5m']],
    )
    assert.deepEqual(
      only?.exit.map(({ kind }) => kind),
      ['all_tasks_passed'],
    )
  })

  test('is left out by no condition, and deploys nothing that runs already', () => {
    const when = { cel: 'run.attempt > 1' }
    const written = stage('staging', [deploy('shop', { when, force: true })], {
      ...inStaging,
      when,
    })
    const [only] = putBack(pipelineOf(written))?.stages ?? []
    const [task] = only?.tasks ?? []
    assert.ok(only !== undefined && task?.kind === 'deploy')
    assert.deepEqual([only.when, task.when, task.force], [undefined, undefined, false])
  })

  test('finds a stage without environment by the release that binds it', () => {
    const open = pipelineOf(stage('go', [deploy('shop')]))
    assert.equal(putBack(open), undefined)
    assert.equal(putBack(open, { go: 'car/production' }), undefined)
    assert.equal(putBack(open, { go: 'car/staging' })?.stages[0]?.name, 'go')
  })

  test('is none where the application is deployed by another task than that, or elsewhere', () => {
    const back = { kind: 'rollback', application: { name: 'shop' } }
    assert.equal(putBack(pipelineOf(stage('staging', [back], inStaging))), undefined)
    assert.equal(putBack(pipelineOf(stage('staging', [deploy('other')], inStaging))), undefined)
    const production = { environment: { name: 'production' } }
    assert.equal(putBack(pipelineOf(stage('go', [deploy('shop')], production))), undefined)
  })
})
