import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { LinkPlan, StepPlan, TargetPlan } from '@lockstep/domain'
import { presentLink, presentSettings, presentVariables } from './present-step.ts'

const target = (resource: string, more: Partial<TargetPlan> = {}): TargetPlan => ({
  pool: 'label:lab',
  resource,
  matrix: {},
  action: 'run',
  reason: null,
  from: null,
  to: null,
  ...more,
})

const link = (work: LinkPlan['work'], more: Partial<LinkPlan> = {}): LinkPlan => ({
  name: 'Do it',
  work,
  timeoutMs: 5_400_000,
  noOutputMs: null,
  onError: { action: 'stop' },
  onLost: 'ask',
  ...more,
})

const step = (more: Partial<StepPlan>): StepPlan => ({
  key: 'restart',
  title: 'Restart',
  component: null,
  process: null,
  needs: [],
  when: null,
  always: false,
  onError: 'stop',
  atOnce: 2,
  stopAfter: 1,
  health: null,
  installs: null,
  removes: false,
  links: [],
  targets: [target('lab')],
  ...more,
})

suite('what a step was told to do', () => {
  test('says of a secret its name, and never a value', () => {
    assert.deepEqual(presentVariables({ STAGE: 'qa', STORE_KEY: { secret: 'store-key' } }), [
      { name: 'STAGE', value: 'qa', secret: null },
      { name: 'STORE_KEY', value: null, secret: 'store-key' },
    ])
  })

  test('has a command with its arguments told apart, and only the settings that somebody made', () => {
    const env = {}
    const told = presentLink(
      link(
        { kind: 'command', argv: ['say', "it's done", '--to', 'a b'], env },
        { onError: { action: 'retry', times: 3, everyMs: 10_000 }, onLost: 'retry' },
      ),
    )
    assert.equal(told.does, `say 'it'\\''s done' --to 'a b'`)
    assert.deepEqual(
      told.settings.map(({ name, value }) => `${name}: ${value}`),
      [
        'At most: 1 h 30 min',
        'If it fails: it is tried 3 times more, 10 s apart',
        'If contact is lost: it is run again',
      ],
    )
    const plain = presentLink(link({ kind: 'script', text: 'make\nmake test', env }))
    assert.equal(plain.does, 'make\nmake test')
    assert.equal(plain.settings.length, 1)
  })

  test('names its resources, with their cells of a matrix, and those that are passed over', () => {
    const targets = [
      target('lab', { matrix: { OS: 'ios' } }),
      target('host-2', { action: 'skip', reason: 'already 2.0.0' }),
    ]
    const told = presentSettings(step({ targets, needs: ['fetch'], when: 'run.attempt > 1' }))
    assert.deepEqual(
      told.map(({ name, value }) => `${name}: ${value}`),
      [
        'Resources: lab (OS=ios), host-2 (already 2.0.0)',
        'At once: 2',
        'After: fetch',
        'Only when: run.attempt > 1',
        'If it fails: what comes after it does not begin',
        'Stops after: 1 that failed',
      ],
    )
  })
})
