import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import type * as z from 'zod/mini'

import { EnrolAnswer, EnrolRequest } from './enrol.ts'
import { isEnvNameAllowed, JobMessage } from './job.ts'
import { PollAnswer, PollRequest } from './poll.ts'
import {
  BeginUploadRequest,
  FinishAnswer,
  FinishRequest,
  LogAnswer,
  StartRequest,
  UploadAnswer,
} from './progress.ts'
import { signedText } from './protocol.ts'
import { AgentProblem } from './refusal.ts'

const FIXTURES = new URL('./fixtures/v1/', import.meta.url)
const SCHEMAS: Readonly<Record<string, z.core.$ZodType>> = {
  'enrol-request.json': EnrolRequest,
  'enrol-answer.json': EnrolAnswer,
  'poll-request.json': PollRequest,
  'poll-answer.json': PollAnswer,
  'job-message-build.json': JobMessage,
  'start-request.json': StartRequest,
  'log-answer.json': LogAnswer,
  'finish-request.json': FinishRequest,
  'finish-request-lost.json': FinishRequest,
  'finish-request-next.json': FinishRequest,
  'finish-answer.json': FinishAnswer,
  'finish-answer-next.json': FinishAnswer,
  'begin-upload-request.json': BeginUploadRequest,
  'upload-answer.json': UploadAnswer,
  'problem.json': AgentProblem,
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'))
}

suite('agent protocol, version 1', () => {
  test('every message of version 1 has a fixture, and every fixture a message', () => {
    assert.deepEqual(readdirSync(FIXTURES).toSorted(), Object.keys(SCHEMAS).toSorted())
  })

  for (const [name, schema] of Object.entries(SCHEMAS)) {
    test(`${name} is read as it was written in version 1`, () => {
      const read = (schema as typeof JobMessage).safeParse(readFixture(name))
      assert.deepEqual(read.error?.issues ?? [], [])
    })
  }

  test('a message with a field that the protocol does not know is refused', () => {
    const start = { ...(readFixture('start-request.json') as object), isAdmin: true }
    assert.equal(StartRequest.safeParse(start).success, false)
  })

  test('a job may not set what decides which code is loaded', () => {
    const names = ['PATH', 'LD_PRELOAD', 'BASH_ENV', 'ENV', 'NODE_OPTIONS', 'PYTHONPATH', 'IFS']
    const more = ['GIT_SSH_COMMAND', 'LOCKSTEP_JOB', 'A=B', 'A\nB', 'lower', '', '1A', 'DYLD_X']
    assert.deepEqual([...names, ...more].filter(isEnvNameAllowed), [])
    assert.deepEqual(['CHANNEL', 'A1_B'].filter(isEnvNameAllowed), ['CHANNEL', 'A1_B'])
  })

  test('a place outside the host is refused', () => {
    const answer = readFixture('poll-answer.json') as { jobs: { envelope: { work: object } }[] }
    const [job] = answer.jobs
    assert.ok(job)
    job.envelope.work = { ...job.envelope.work, into: '/srv/../../etc' }
    assert.equal(PollAnswer.safeParse(answer).success, false)
  })

  test('the signed text names agent, method, path, body, time and nonce in this order', () => {
    const text = signedText({
      agent: 'agt_1',
      method: 'PUT',
      path: '/agent/v1/jobs/job_1/log?fence=1&offset=0',
      bodySha256: 'e3b0',
      time: 1795000000000,
      nonce: 'n',
    })
    assert.equal(
      text,
      'lockstep-agent-1\nagt_1\nPUT\n/agent/v1/jobs/job_1/log?fence=1&offset=0\ne3b0\n1795000000000\nn',
    )
  })
})
