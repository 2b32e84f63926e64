import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import * as define from './index.ts'
import { PLACE } from './place.ts'

const {
  application,
  approval,
  cel,
  component,
  definePipeline,
  deploy,
  group,
  metric,
  parameter,
  stage,
  that,
  tier,
} = define

/** The data of a helper, as it goes into JSON. */
function data(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

suite('helpers', () => {
  test('what they return is plain data, without what was not written', () => {
    assert.deepEqual(data(approval('QA', { by: [group('qa')] })), {
      kind: 'approval',
      name: 'QA',
      by: [{ group: 'qa' }],
    })
    assert.deepEqual(data(deploy(application('embedded/firmware'))), {
      kind: 'deploy',
      application: { project: 'embedded', name: 'firmware' },
    })
    assert.deepEqual(data(deploy(application('firmware'), { force: true })), {
      kind: 'deploy',
      application: { name: 'firmware' },
      force: true,
    })
  })

  test('every helper keeps where it was called, outside of its data', () => {
    const rule = that('x', cel`true`)
    const call: unknown = Reflect.get(rule, PLACE)
    assert.ok(typeof call === 'object' && call !== null)
    assert.match(
      String(Reflect.get(call, 'stack')).split('\n')[1] ?? '',
      /define\.test\.ts:\d+:\d+/,
    )
    assert.deepEqual(Object.keys(rule), ['kind', 'name', 'condition'])
  })

  test('a group has a name to read, and only itself in the data', () => {
    assert.equal(group('qa').name, 'qa')
    assert.deepEqual(data(group('qa')), { group: 'qa' })
  })

  test('a metric is read by PromQL or from a page of JSON', () => {
    assert.deepEqual(
      data(metric('Errors', { json: 'https://x.example.test', field: 'a.b', below: 1 })),
      {
        kind: 'metric',
        name: 'Errors',
        json: 'https://x.example.test',
        field: 'a.b',
        below: 1,
      },
    )
  })

  test('a component is one value that may stand in several tiers', () => {
    const shared = component('c', { fleet: { verifiedBy: 'v' } })
    assert.deepEqual(data(tier('a', [shared])), {
      kind: 'tier',
      name: 'a',
      components: [{ kind: 'component', name: 'c', fleet: { verifiedBy: 'v' } }],
    })
  })
})

suite('cel', () => {
  test('values become literals, whatever they contain', () => {
    assert.deepEqual(
      data(cel`run.branch == ${'main" || "a" == "a'} && run.number > ${3} && ${true}`),
      {
        cel: 'run.branch == "main\\" || \\"a\\" == \\"a" && run.number > 3 && true',
      },
    )
  })

  test('escapes of CEL reach CEL', () => {
    assert.deepEqual(data(cel`run.branch == "a\nb"`), { cel: 'run.branch == "a\\nb"' })
  })

  test('a parameter becomes its name, once it has one', () => {
    const made = definePipeline('p', {
      parameters: { soak: parameter.duration({ default: '2h' }) },
      stages: ({ soak }) => [
        stage('s', {
          tasks: [deploy(application('a'))],
          exit: [that('x', cel`${soak} > duration("1h")`)],
        }),
      ],
    })
    assert.deepEqual(data(made), {
      kind: 'pipeline',
      name: 'p',
      parameters: [{ kind: 'duration', default: '2h', name: 'soak' }],
      stages: [
        {
          kind: 'stage',
          name: 's',
          tasks: [{ kind: 'deploy', application: { name: 'a' } }],
          exit: [
            { kind: 'that', name: 'x', condition: { cel: 'parameters.soak > duration("1h")' } },
          ],
        },
      ],
    })
    assert.throws(() => cel`${parameter.text({})} == "a"`, /has no name yet/)
  })

  test('what is no number cannot stand in a condition', () => {
    assert.throws(() => cel`${Number.NaN} == 1`, TypeError)
  })
})

suite('the door of the package', () => {
  // The list of LANGUAGE section 4: a helper that is added or lost changes what teams can write.
  test('has exactly these helpers', () => {
    assert.equal(
      Object.keys(define).sort().join(' '),
      'after allTasksPassed application approval artifact build cel collect command commit ' +
        'compatible component componentStep defineApplication defineEnvironment ' +
        'definePipeline defineRelease deploy fleet fleetVerified freeze group healthy hosts ' +
        'http inWindow manual metric newArtifact notify oneAfterAnother parameter passed ' +
        'pipeline prepare rollback runPipeline runProcess schedule script secret sideBySide ' +
        'signed snapshot stage store tag test tests that tier tierMap user wait waitFor wave ' +
        'window',
    )
  })
})
