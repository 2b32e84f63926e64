import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ApplicationDefinition, StepOf } from '@lockstep/define/check'
import { listProcesses } from './list-processes.ts'

type Component = ApplicationDefinition['tiers'][number]['components'][number]

const step: StepOf<'command'> = {
  kind: 'command',
  name: 'restart',
  argv: ['systemctl', 'restart', 'x'],
  env: {},
  needs: [],
  timeout: '1h',
  always: false,
  onError: 'stop',
  onLost: 'ask',
  runOn: 'every',
}
const component = (name: string, processes: readonly string[]): Component => ({
  kind: 'component',
  name,
  title: name,
  provides: {},
  requires: {},
  hosts: Object.fromEntries(processes.map((process) => [process, [step]])),
})
const tiers: ApplicationDefinition['tiers'] = [
  {
    kind: 'tier',
    name: 'edge',

    components: [component('api', ['deploy', 'undeploy'])],
  },
  {
    kind: 'tier',
    name: 'store',
    components: [component('store', ['deploy', 'undeploy']), component('cache', ['deploy'])],
  },
]

suite('the processes of an application', () => {
  test('are its own first, then those of its components', () => {
    const listed = listProcesses({ processes: { deploy: [step], migrate: [step] }, tiers })
    assert.deepEqual(
      listed.map(({ key }) => key),
      [
        'deploy',
        'migrate',
        'undeploy',
        'api.deploy',
        'api.undeploy',
        'store.deploy',
        'store.undeploy',
        'cache.deploy',
      ],
    )
    assert.equal(listed[0]?.isImplied, false)
  })

  test('that nobody wrote take one component after the other, and away in the other order', () => {
    const [deploy, undeploy] = listProcesses({ processes: {}, tiers })
    const waysOf = (process: typeof deploy) =>
      process?.steps.map(({ name, needs }) => `${needs.join()} → ${name}`)
    assert.deepEqual(waysOf(deploy), [' → api', 'api → store', 'store → cache'])
    // The cache cannot be taken away, so it is left where it is.
    assert.deepEqual(waysOf(undeploy), [' → store', 'store → api'])
    assert.equal(undeploy?.isImplied, true)
  })
})
