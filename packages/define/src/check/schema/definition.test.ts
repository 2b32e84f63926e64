import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import * as fc from 'fast-check'

import { parseDuration, parseShare } from './duration.ts'
import { definitionDigest } from './definition-digest.ts'
import { parseDefinition, type Definition } from './definition.ts'
import { addressOf, titleOf } from './name.ts'
import { isDateOrTime, parseWindow } from './window.ts'

function parsed(json: unknown): Definition {
  const result = parseDefinition(json)
  assert.ok(result.ok, JSON.stringify(result))
  return result.definition
}

const component = (name: string, more: object = {}) => ({ kind: 'component', name, ...more })
const onHosts = (...processes: string[]) => ({
  hosts: Object.fromEntries(
    processes.map((name) => [name, [{ kind: 'command', name: 'go', argv: ['go'] }]]),
  ),
})
const pipeline = (...tasks: object[]) => ({
  kind: 'pipeline',
  name: 'p',
  stages: [{ kind: 'stage', name: 's', tasks }],
})

suite('parseDefinition applies what nobody wrote', () => {
  test('an application deploys its tiers in order, and undeploys what can be in the reverse', () => {
    const application = parsed({
      kind: 'application',
      name: 'data-backend',
      tiers: [
        { kind: 'tier', name: 'store', components: [component('base', onHosts('deploy'))] },
        {
          kind: 'tier',
          name: 'edge',
          components: [
            component('api', onHosts('deploy', 'undeploy')),
            component('view', onHosts('deploy', 'undeploy')),
          ],
        },
      ],
    })
    assert.ok(application.kind === 'application')
    assert.equal(application.title, 'Data backend')
    const order = (name: string) =>
      application.processes[name]?.map((step) => [step.name, step.needs])
    assert.deepEqual(order('deploy'), [
      ['base', []],
      ['api', ['base']],
      ['view', ['api']],
    ])
    assert.deepEqual(order('undeploy'), [
      ['view', []],
      ['api', ['view']],
    ])
  })

  test('a step needs the step before it, and with needs exactly those', () => {
    const application = parsed({
      kind: 'application',
      name: 'a',
      tiers: [
        {
          kind: 'tier',
          name: 't',
          components: [
            component('c', {
              hosts: {
                deploy: [
                  { kind: 'command', name: 'one', argv: ['x'] },
                  { kind: 'command', name: 'two', argv: ['x'] },
                  { kind: 'command', name: 'three', argv: ['x'], needs: [] },
                  { kind: 'command', name: 'four', argv: ['x'], needs: ['one', 'three'] },
                ],
              },
            }),
          ],
        },
      ],
    })
    assert.ok(application.kind === 'application')
    const steps = application.tiers[0]?.components[0]?.hosts?.['deploy']
    assert.deepEqual(
      steps?.map((step) => step.needs),
      [[], ['one'], [], ['one', 'three']],
    )
    const [first] = steps ?? []
    assert.deepEqual(first, {
      kind: 'command',
      name: 'one',
      argv: ['x'],
      env: {},
      timeout: '1h',
      always: false,
      onError: 'stop',
      onLost: 'ask',
      runOn: 'every',
      needs: [],
    })
  })

  test('a fleet has one wave with every device, hosts are taken one after another', () => {
    const environment = parsed({
      kind: 'environment',
      name: 'qa',
      tiers: [
        { kind: 'fleet', name: 'cars', where: { cel: 'true' } },
        { kind: 'hosts', name: 'boxes', label: 'box' },
      ],
      receives: [{ kind: 'tier_map', application: { name: 'a' }, map: { t: 'cars' } }],
    })
    assert.ok(environment.kind === 'environment')
    assert.deepEqual(environment.tiers, [
      {
        kind: 'fleet',
        name: 'cars',
        where: { cel: 'true' },
        waves: [{ kind: 'wave', size: '100%', hold: [] }],
      },
      { kind: 'hosts', name: 'boxes', label: 'box', atOnce: 1, stopAfter: 1 },
    ])
    assert.equal(environment.allowSelfApproval, false)
  })

  test('tasks are named after what they do, builds and tests take a day at most', () => {
    const definition = parsed(
      pipeline(
        {
          kind: 'build',
          application: { name: 'a' },
          run: ['make'],
          version: 'V',
          artifacts: { c: 'c.tgz' },
        },
        { kind: 'deploy', application: { project: 'q', name: 'b' } },
        {
          kind: 'wait_for',
          check: { kind: 'fleet_verified', application: { name: 'a' }, share: '1%' },
        },
        { kind: 'command', name: 'tell', argv: ['x'] },
      ),
    )
    assert.ok(definition.kind === 'pipeline')
    const tasks = definition.stages[0]?.tasks ?? []
    assert.deepEqual(
      tasks.map((task) => [task.name, 'timeout' in task ? task.timeout : undefined]),
      [
        ['build a', '24h'],
        ['deploy b', undefined],
        ['wait for a verified on 1%', undefined],
        ['tell', '1h'],
      ],
    )
    assert.deepEqual([definition.stages[0]?.entry, definition.stages[0]?.exit], [[], []])
  })

  test('what was parsed once is the same when it is parsed again', () => {
    const once = parsed(
      pipeline(
        { kind: 'test', name: 't', run: ['t'] },
        { kind: 'snapshot', application: { name: 'a' } },
      ),
    )
    const again = parsed(structuredClone(once))
    assert.deepEqual(again, once)
    assert.equal(definitionDigest(again), definitionDigest(once))
  })
})

suite('parseDefinition refuses', () => {
  const codes = (json: unknown) => {
    const result = parseDefinition(json)
    return result.ok
      ? []
      : result.findings.map((finding) => `${finding.code} ${finding.at.join('/')}`)
  }

  test('what is no definition', () => {
    for (const value of [null, 1, 'application', [], {}, { kind: 'aplication' }, { kind: 1 }]) {
      assert.deepEqual(codes(value), ['unknown_kind '])
    }
  })

  test('every mistake of a definition at once', () => {
    assert.deepEqual(
      codes(
        pipeline(
          { kind: 'test', name: 't', run: [], timeout: 5 },
          { kind: 'test', name: 'u', rum: ['x'] },
        ),
      ),
      [
        'too_few stages/0/tasks/0/run',
        'wrong_unit stages/0/tasks/0/timeout',
        'missing_field stages/0/tasks/1',
        'unknown_field stages/0/tasks/1/rum',
      ],
    )
  })

  test('keys that reach into objects, at any depth', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const env: unknown = JSON.parse(`{ "${key}": "x" }`)
      assert.deepEqual(codes(pipeline({ kind: 'test', name: 't', run: ['t'], env })), [
        `forbidden_key stages/0/tasks/0/env/${key}`,
      ])
    }
  })

  test('more than a definition may hold', () => {
    const deep = Array.from({ length: 40 }).reduce((inner: object) => ({ inner }), {})
    assert.match(codes({ kind: 'application', deep })[0] ?? '', /^too_deep /)
    const wide = { kind: 'application', list: Array.from({ length: 50_001 }, () => 1) }
    assert.deepEqual(codes(wide), ['too_large '])
    const long = pipeline(
      ...Array.from({ length: 5 }, (_, index) => ({
        kind: 'test',
        name: `t${index}`,
        run: ['x'.repeat(60_000)],
      })),
    )
    assert.deepEqual(codes(long), ['too_large '])
    assert.deepEqual(
      codes(
        pipeline(
          ...Array.from({ length: 201 }, (_, index) => ({
            kind: 'test',
            name: `t${index}`,
            run: ['x'],
          })),
        ),
      ),
      ['too_many stages/0/tasks'],
    )
  })

  // ATK-21
  test('nothing that looks like a template: it is text, and stays as it is', () => {
    const templates = ['${{ 7*7 }}', '{{7*7}}', '<%= 7*7 %>', '${7*7}', '#{7*7}']
    const definition = parsed(
      pipeline({ kind: 'test', name: 't', run: templates, env: { A: '${{ secrets.X }}' } }),
    )
    assert.ok(definition.kind === 'pipeline')
    const [task] = definition.stages[0]?.tasks ?? []
    assert.ok(task?.kind === 'test')
    assert.deepEqual(task.run, templates)
    assert.deepEqual(task.env, { A: '${{ secrets.X }}' })
  })

  test('nothing with an exception: any JSON gives a definition or findings', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('application', 'environment', 'pipeline', 'release'),
        (value, kind) => {
          const json =
            typeof value === 'object' && value !== null && !Array.isArray(value)
              ? { ...value, kind }
              : { kind, name: 'a', stages: value, tiers: value, receives: value }
          const result = parseDefinition(json)
          assert.ok(!result.ok && result.findings.length > 0)
        },
      ),
    )
  })
})

suite('values', () => {
  test('durations and shares are read with their units', () => {
    assert.deepEqual(
      ['30s', '15m', '24h', '7d', '1.5h'].map(parseDuration),
      [30_000, 900_000, 86_400_000, 604_800_000, 5_400_000],
    )
    assert.deepEqual(['1%', '0.5%', '100%'].map(parseShare), [1, 0.5, 100])
    for (const text of ['', '30', '1w', '-1s', '1 h', '1h30m'])
      assert.throws(() => parseDuration(text), RangeError)
  })

  test('names become addresses and titles', () => {
    assert.equal(addressOf('Car to phone'), 'car-to-phone')
    assert.equal(addressOf('v1 cars on the v2 backend!'), 'v1-cars-on-the-v2-backend')
    assert.equal(titleOf('data-backend'), 'Data backend')
  })

  test('windows have days, times and a zone', () => {
    assert.deepEqual(parseWindow('Mon-Thu 06:00-16:00 Europe/Berlin'), {
      days: ['Mon', 'Tue', 'Wed', 'Thu'],
      fromMinute: 360,
      untilMinute: 960,
      zone: 'Europe/Berlin',
    })
    assert.deepEqual(parseWindow('Fri-Mon,Wed 22:00-06:00 UTC')?.days, [
      'Mon',
      'Wed',
      'Fri',
      'Sat',
      'Sun',
    ])
    assert.equal(parseWindow('18:00-12:00 device time')?.zone, 'device time')
    for (const text of [
      '06:00-16:00',
      '6:00-16:00 UTC',
      'Mon 25:00-26:00 UTC',
      '06:00-06:00 UTC',
      '06:00-16:00 Mars/Base',
      'Mo-Fr 06:00-16:00 UTC',
    ]) {
      assert.equal(parseWindow(text), undefined, text)
    }
  })

  test('times are dates, or carry their zone', () => {
    for (const text of ['2026-12-18', '2026-11-18T06:00+01:00', '2026-11-18T06:00Z'])
      assert.ok(isDateOrTime(text), text)
    for (const text of ['2026-02-30', '18.12.2026', '2026-11-18T06:00', 'tomorrow'])
      assert.ok(!isDateOrTime(text), text)
  })
})
