import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, stepPlan } from '@lockstep/testkit'

import { comparePlans } from './compare-plans.ts'
import type { ProcessPlan, StepPlan, TargetPlan } from './process-plan.ts'

const [v1, v2] = [ingestApi('1.0.0'), ingestApi('2.0.0')]

function target(resource: string, patch: Partial<TargetPlan> = {}): TargetPlan {
  return {
    pool: 'agent:agt_1' as TargetPlan['pool'],
    resource,
    matrix: {},
    action: 'run',
    reason: null,
    from: v1,
    to: v2,
    ...patch,
  }
}

function plan(targets: readonly TargetPlan[], step: Partial<StepPlan> = {}): ProcessPlan {
  return {
    v: 1,
    kind: 'process',
    process: 'deploy',
    application: { project: 'backend', name: 'data-backend' },
    environment: null,
    snapshot: null,
    from: '1.0.0',
    force: false,
    steps: [stepPlan('ingest-api', { component: 'ingest-api', targets, ...step })],
  }
}

function texts(now: ProcessPlan): readonly string[] {
  return comparePlans(plan([target('edge-1'), target('edge-2')]), now).map(({ text }) => text)
}

suite('two plans of a process', () => {
  test('that do the same differ in nothing, whatever they call what they begin from', () => {
    const now = { ...plan([target('edge-1'), target('edge-2')]), from: null }
    assert.deepEqual(texts(now), [])
  })

  test('differ where something else runs than was seen', () => {
    const [moved] = comparePlans(
      plan([target('edge-1')]),
      plan([target('edge-1', { from: v2, action: 'skip', reason: 'already 2.0.0' })]),
    )
    assert.deepEqual(moved, {
      step: 'ingest-api',
      place: { component: 'ingest-api', resource: 'edge-1' },
      text: 'edge-1: ingest-api ran 1.0.0, now runs 2.0.0',
    })
  })

  test('differ where the same bits are proven no more', () => {
    const [moved] = comparePlans(
      plan([target('edge-1', { from: v2, action: 'skip', reason: 'already 2.0.0' })]),
      plan([target('edge-1', { from: v2 })]),
    )
    assert.equal(moved?.text, 'edge-1: what ingest-api runs is not proven any more')
  })

  test('differ in resources that came and went, which nobody has deployed to', () => {
    const now = plan([target('edge-1'), target('edge-3')])
    assert.deepEqual(texts(now), ['edge-3 is new in ingest-api', 'edge-2 is gone from ingest-api'])
    const places = comparePlans(plan([target('edge-2')]), now).map(({ place }) => place)
    assert.deepEqual(places, [null, null, null])
  })

  test('differ when a step does something else', () => {
    const now = plan([target('edge-1'), target('edge-2')], { atOnce: 7 })
    assert.deepEqual(texts(now), ['ingest-api: the definitions it was planned from have changed'])
  })

  test('differ in steps that are new or gone', () => {
    const other = { ...plan([]), steps: [stepPlan('range-model')] }
    assert.deepEqual(texts(other), ['range-model is new', 'ingest-api is gone'])
  })
})
