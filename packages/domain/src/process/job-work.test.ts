import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  deployStep,
  edgeTarget,
  linkPlan,
  processPlan,
  runPlan,
  stagePlan,
  stepPlan,
  taskPlan,
} from '@lockstep/testkit'

import type { RunPlan } from '../pipeline/run-plan.ts'
import { jobWork } from './job-work.ts'

suite('jobWork', () => {
  test('a job of a component says where it is, from which bits to which', () => {
    const work = jobWork(processPlan([deployStep(2)]), 'ingest-api', 1, 1)
    assert.equal(work.address, 'ingest-api/restart@edge-2')
    assert.deepEqual(work.component, {
      project: 'backend',
      application: 'data-backend',
      name: 'ingest-api',
    })
    assert.deepEqual([work.from?.version, work.to?.version], ['1.0.0', '2.0.0'])
    assert.deepEqual([work.timeoutMs, work.process], [60_000, 'deploy'])
  })

  test('only after the last link is read again what runs', () => {
    const plan = processPlan([deployStep(1)])
    const reads = [0, 1].map((link) => jobWork(plan, 'ingest-api', link, 0).reportsRuns)
    assert.deepEqual(reads, [false, true])
    const commands = processPlan([deployStep(1, { installs: null })])
    assert.equal(jobWork(commands, 'ingest-api', 1, 0).reportsRuns, false)
  })

  test('the variables of the process reach a command, and its own win', () => {
    const work = { kind: 'command', argv: ['true'], env: { REGION: 'us' } } as const
    const step = deployStep(1, { links: [linkPlan('restart', { work })] })
    const plan = processPlan([step], { variables: { REGION: 'eu', KEY: { secret: 'store-key' } } })
    assert.deepEqual(jobWork(plan, 'ingest-api', 0, 0).work, {
      ...work,
      env: { REGION: 'us', KEY: { secret: 'store-key' } },
    })
  })

  test('an artifact has no environment variables', () => {
    const work = {
      kind: 'artifact',
      artifact: deployStep(1).installs!,
      into: '/srv/ingest-api',
    } as const
    const step = deployStep(1, { links: [linkPlan('place', { work })] })
    const plan = processPlan([step], { variables: { REGION: 'eu' } })
    assert.deepEqual(jobWork(plan, 'ingest-api', 0, 0).work, work)
  })

  suite('of a task', () => {
    const target = edgeTarget(1, { resource: 'phone-small', matrix: { device: 'phone-small' } })
    const step = stepPlan('qa/on-real-phones', { targets: [target] })
    const task = taskPlan('on-real-phones', [], {
      work: { kind: 'work', purpose: 'test', application: null, step },
    })
    const plan: RunPlan = runPlan([stagePlan('qa', { tasks: [task] })], {
      parameters: { 'soak-time': '2h', device: 'any', retries: '3' },
    })

    test('parameters and matrix are environment variables in upper case; the matrix wins', () => {
      const { work } = jobWork(plan, 'qa/on-real-phones', 0, 0)
      assert.deepEqual('env' in work && work.env, {
        SOAK_TIME: '2h',
        DEVICE: 'phone-small',
        RETRIES: '3',
      })
    })

    test('its address is that of the task, at its cell', () => {
      const { address, component } = jobWork(plan, 'qa/on-real-phones', 0, 0)
      assert.deepEqual([address, component], ['qa/on-real-phones@phone-small', null])
    })
  })

  test('a job that is not in the plan is a bug', () => {
    assert.throws(() => jobWork(processPlan([deployStep(1)]), 'ingest-api', 0, 7), {
      name: 'InvariantViolation',
    })
  })
})
