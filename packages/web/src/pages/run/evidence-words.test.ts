import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Run } from '../../lib/runs.ts'
import { subjectWords } from './evidence-words.ts'

const run = {
  stages: [{ id: 'stg_1', title: 'Staging', tasks: [{ title: 'Prepare' }, { title: 'Deploy' }] }],
} as unknown as Pick<Run, 'stages'>

suite('what an entry is about', () => {
  test('is the task of a stage, by its title', () => {
    const entry = { kind: 'stage_run', subject: 'stg_1', body: { task: 1 } }
    assert.equal(subjectWords(run, entry), 'Deploy in Staging')
  })
  test('is the stage when it names no task', () => {
    assert.equal(subjectWords(run, { kind: 'stage_run', subject: 'stg_1', body: {} }), 'Staging')
  })
  test('is its kind when it is no stage of the run', () => {
    const subject = 'run_1'
    assert.equal(subjectWords(run, { kind: 'pipeline_run', subject, body: {} }), 'the run')
    assert.equal(subjectWords(run, { kind: 'some_thing', subject, body: {} }), 'some thing')
  })
})
