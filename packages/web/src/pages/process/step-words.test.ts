import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { StepOf } from '@lockstep/define/check'
import { stepDetail, stepSettings } from './step-words.ts'

const needs: string[] = []
const common = {
  needs,
  timeout: '1h',
  always: false,
  onError: 'stop',
  onLost: 'ask',
  runOn: 'every',
} as const
const command: StepOf<'command'> = {
  ...common,
  kind: 'command',
  name: 'restart',
  argv: ['systemctl', 'restart', 'x'],
  env: {},
}

suite('a step in words', () => {
  test('says what it does', () => {
    assert.equal(stepDetail(command), 'systemctl restart x')
    assert.equal(
      stepDetail({
        ...common,
        kind: 'component_step',
        name: 'api',
        component: 'api',
        process: 'deploy',
      }),
      'deploy of api',
    )
    assert.equal(
      stepDetail({ ...common, kind: 'script', name: 'x', text: 'one\ntwo', env: {} }),
      'one',
    )
  })

  test('says what happens when it fails or its agent is lost', () => {
    const settings = Object.fromEntries(
      stepSettings({ ...command, onError: { retry: 2, every: '30s' }, onLost: 'retry' }),
    )
    assert.equal(settings['If it fails'], 'try again 2 times, 30s apart')
    assert.equal(settings['If the agent is lost'], 'try again')
    assert.equal(settings['Runs on'], 'every resource')
    assert.equal(settings['Only when'], undefined)
  })
})
