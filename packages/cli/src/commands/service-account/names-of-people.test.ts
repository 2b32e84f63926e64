import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Refused, Unreachable } from '@lockstep/client'
import { problem, type ProblemCode } from '@lockstep/contract'

import { namesOfPeople } from './names-of-people.ts'

const refusal = (code: ProblemCode): Refused => new Refused(problem(code, 'No.', 'req_1'))

const failing = (error: Error): Parameters<typeof namesOfPeople>[0] => ({
  async listUsers() {
    throw error
  },
})

suite('namesOfPeople', () => {
  test('there is none for whoever may not see people', async () => {
    assert.equal((await namesOfPeople(failing(refusal('forbidden')))).size, 0)
  })

  test('every other failure stays one', async () => {
    for (const error of [refusal('fault'), refusal('not_signed_in'), new Unreachable('gone')])
      await assert.rejects(namesOfPeople(failing(error)), error)
  })
})
