import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Defined } from '../../lib/definitions.ts'
import {
  definitionOf,
  deployedBy,
  EMPTY_DRAFT,
  makersOf,
  missingIn,
  nameFrom,
  openStages,
  takesAll,
  type ReleaseDraft,
} from './new-release.ts'

type Pipeline = Pick<Defined<'pipeline'>, 'project' | 'name' | 'body'>

const deploy = (name: string, project?: string) => ({
  kind: 'deploy',
  application: { ...(project === undefined ? {} : { project }), name },
})
const pipelineOf = (name: string, stages: unknown[]): Pipeline =>
  ({ project: 'car', name, body: { stages } }) as unknown as Pipeline

const delivery = pipelineOf('delivery', [
  {
    name: 'staging',
    title: 'Staging',
    tasks: [{ kind: 'side_by_side', tasks: [deploy('backend'), deploy('firmware', 'embedded')] }],
  },
  {
    name: 'production',
    title: 'Production',
    environment: { name: 'production' },
    tasks: [deploy('backend')],
  },
])
const team = pipelineOf('backend', [
  { name: 'dev', title: 'Dev', tasks: [{ kind: 'snapshot', application: { name: 'backend' } }] },
])

const draft: ReleaseDraft = {
  ...EMPTY_DRAFT,
  title: 'Connected Car 2.1',
  owner: 'release-managers',
  applications: {
    'car/backend': { from: 'car/backend', versions: '2.x', chosen: '' },
    'embedded/firmware': { from: 'embedded/firmware', versions: '', chosen: '' },
    'car/other': { from: 'car/other', versions: '', chosen: '' },
  },
  environments: { staging: 'car/staging' },
  planned: { production: '2026-12-01' },
}

suite('a release that is being written', () => {
  test('gets its name from its title', () => {
    assert.equal(nameFrom(' Connected Car 2.1 – Été! '), 'connected-car-2.1-ete')
  })

  test('brings what its pipeline deploys, also inside groups, each once', () => {
    assert.deepEqual(deployedBy(delivery), ['car/backend', 'embedded/firmware'])
  })

  test('asks for the environments that its pipeline leaves open, of those that take everything', () => {
    const [open] = openStages(delivery)
    assert.ok(open !== undefined)
    assert.equal(open.name, 'staging')
    assert.equal(takesAll({ receives: ['car/backend', 'embedded/firmware'] }, open, 'car'), true)
    assert.equal(takesAll({ receives: ['car/backend'] }, open, 'car'), false)
  })

  test('collects from pipelines that make snapshots of the application', () => {
    const made = makersOf([delivery, team], 'car/backend').map(({ name }) => name)
    assert.deepEqual(made, ['backend'])
  })

  test('becomes a definition that names other projects only where it must', () => {
    assert.deepEqual(definitionOf(draft, 'car', delivery), {
      kind: 'release',
      name: 'connected-car-2.1',
      title: 'Connected Car 2.1',
      owner: { group: 'release-managers' },
      pipeline: { name: 'delivery' },
      applications: [
        {
          kind: 'collect',
          application: { name: 'backend' },
          from: { name: 'backend' },
          versions: '2.x',
        },
        {
          kind: 'collect',
          application: { project: 'embedded', name: 'firmware' },
          from: { project: 'embedded', name: 'firmware' },
        },
      ],
      environments: { staging: { name: 'staging' } },
      planned: { production: '2026-12-01' },
    })
  })

  test('says what is still missing', () => {
    assert.deepEqual(missingIn(EMPTY_DRAFT, undefined), ['a title', 'who owns it', 'a pipeline'])
    assert.deepEqual(missingIn(draft, undefined), ['a pipeline'])
    assert.deepEqual(
      missingIn({ ...draft, owner: '', applications: {}, environments: {} }, delivery),
      [
        'who owns it',
        'the pipeline in which car/backend passes',
        'the pipeline in which embedded/firmware passes',
        'the environment of Staging',
      ],
    )
    assert.deepEqual(missingIn(draft, delivery), [])
  })
})
