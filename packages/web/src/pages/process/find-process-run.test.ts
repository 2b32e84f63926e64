import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseId } from '@lockstep/domain'
import type { Run } from '../../lib/runs.ts'
import { findProcessRun } from './find-process-run.ts'

const idOf = (last: string): Run['id'] => {
  const id = parseId('run', `run_01JD000000000000000000000${last}`)
  assert.ok(id)
  return id
}
const [NEW, OLD] = [{ id: idOf('2') }, { id: idOf('1') }]
const DEPLOYS = { kind: 'deploy', application: 'lamp', steps: [{}] }

/** Shows runs by what is asked of them here. */
function showing(runs: readonly { id: Run['id']; tasks: readonly object[]; isOver: boolean }[]) {
  return (asked: Run['id']): Promise<Run> => {
    const run = runs.find(({ id }) => id === asked)
    assert.ok(run)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a run only what is read here
    return Promise.resolve({
      ...run,
      finishedAt: run.isOver ? '2026-11-17T14:00:00Z' : null,
      revisions: [{ kind: 'application', name: 'car/lamp', revision: 1 }],
      stages: [{ name: 'staging', tasks: run.tasks }],
    } as unknown as Run)
  }
}

test('a run whose plan is not made yet is passed by for now, and looked at again', async () => {
  const old = { ...OLD, tasks: [DEPLOYS], isOver: true }
  const find = (newest: { tasks: readonly object[]; isOver: boolean }) =>
    findProcessRun([NEW, OLD], 'car/lamp', showing([{ ...NEW, ...newest }, old]))
  assert.deepEqual(await find({ tasks: [], isOver: false }), { id: OLD.id, isFinal: false })
  assert.deepEqual(await find({ tasks: [DEPLOYS], isOver: false }), { id: NEW.id, isFinal: true })
  assert.deepEqual(await find({ tasks: [], isOver: true }), { id: OLD.id, isFinal: true })
})

test('without any that carries out a process the newest is shown', async () => {
  const none = { tasks: [], isOver: true }
  const show = showing([
    { ...NEW, ...none },
    { ...OLD, ...none },
  ])
  assert.deepEqual(await findProcessRun([NEW, OLD], 'car/lamp', show), {
    id: NEW.id,
    isFinal: true,
  })
  assert.deepEqual(await findProcessRun([], 'car/lamp', show), { id: null, isFinal: true })
})
