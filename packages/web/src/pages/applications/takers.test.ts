import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { listTakers } from './takers.ts'

type Pipelines = Parameters<typeof listTakers>[0]

const stage = (environment: string | undefined, tasks: readonly object[]): object => ({
  title: 'Staging',
  tasks,
  ...(environment === undefined ? {} : { environment: { name: environment } }),
})
const pipeline = (name: string, stages: readonly object[]): object => ({
  project: 'car',
  name,
  body: { title: name, stages },
})
const deploy = (name: string): object => ({ kind: 'deploy', application: { name } })
const pipelines = [
  pipeline('builds', [
    stage('dev', [{ kind: 'snapshot', application: { name: 'backend' } }, deploy('backend')]),
  ]),
  pipeline('both', [
    stage('dev', [
      { kind: 'side_by_side', name: 'all', tasks: [deploy('backend'), deploy('firmware')] },
    ]),
  ]),
  pipeline('one', [stage('dev', [deploy('backend')])]),
  pipeline('open', [stage(undefined, [deploy('backend')])]),
  pipeline('other', [stage('dev', [deploy('firmware')])]),
] as unknown as Pipelines

suite('what takes a snapshot', () => {
  test('are the pipelines that deploy it and build nothing, the smallest first', () => {
    assert.deepEqual(
      listTakers(pipelines, 'car/backend').map(({ name, applications }) => [name, applications]),
      [
        ['one', ['car/backend']],
        ['both', ['car/backend', 'car/firmware']],
      ],
    )
  })
})
