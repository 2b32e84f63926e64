import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { StepDefinition } from '@lockstep/define/check'
import { compareProcesses, comparedWords, drawnSteps, edgeKey } from './compare-processes.ts'
import type { ListedProcess } from './list-processes.ts'

const step = (name: string, needs: string[], argv = ['x']): StepDefinition => ({
  kind: 'command',
  name,
  needs,
  argv,
  env: {},
  timeout: '1h',
  always: false,
  onError: 'stop',
  onLost: 'ask',
  runOn: 'every',
})
const processOf = (steps: readonly StepDefinition[]): ListedProcess => ({
  key: 'api.deploy',
  name: 'deploy',
  component: 'api',
  isImplied: false,
  steps,
})
const before = processOf([
  step('fetch', []),
  step('flash', ['fetch']),
  step('reboot', ['flash'], ['ota', 'reboot']),
  step('tidy', ['reboot']),
])
const after = processOf([
  step('fetch', []),
  step('verify', ['fetch']),
  step('flash', ['verify']),
  step('reboot', ['flash'], ['ota', 'reboot', '--now']),
])
const compared = compareProcesses(before, after)

suite('two revisions of a process', () => {
  test('say of each step whether it came, went, changed, moved or stayed', () => {
    assert.deepEqual(
      compared.steps.map(({ step: { name }, change }) => [name, change]),
      [
        ['fetch', 'same'],
        ['verify', 'added'],
        ['flash', 'moved'],
        ['reboot', 'changed'],
        ['tidy', 'removed'],
      ],
    )
    assert.equal(comparedWords(compared), '1 added, 1 removed, 1 changed, 1 moved, 1 as it was')
  })

  test('name each setting that is another one, with a command as one line', () => {
    const reboot = compared.steps.find((one) => one.step.name === 'reboot')
    assert.deepEqual(reboot?.lines, [
      { path: 'argv', change: 'changed', before: 'ota reboot', after: 'ota reboot --now' },
    ])
    const flash = compared.steps.find((one) => one.step.name === 'flash')
    assert.deepEqual(flash?.lines, [
      { path: 'needs', change: 'changed', before: 'fetch', after: 'verify' },
    ])
  })

  test('are drawn with the ways of both', () => {
    assert.deepEqual(Object.fromEntries(compared.edges), {
      [edgeKey('fetch', 'verify')]: 'added',
      [edgeKey('verify', 'flash')]: 'added',
      [edgeKey('fetch', 'flash')]: 'removed',
      [edgeKey('reboot', 'tidy')]: 'removed',
    })
    const flash = drawnSteps(compared).find(({ name }) => name === 'flash')
    assert.deepEqual(flash?.needs, ['verify', 'fetch'])
  })

  test('that are equal say so', () => {
    assert.equal(comparedWords(compareProcesses(before, before)), 'Nothing is different')
  })

  test('a process that only one of them has is all new, or all gone', () => {
    assert.equal(comparedWords(compareProcesses(undefined, after)), '4 added')
    assert.equal(comparedWords(compareProcesses(after, undefined)), '4 removed')
  })
})
