import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '../kernel/id.ts'
import { findUnmeetable } from './approval-outlook.ts'
import type { ApproverRef, RulePlan } from './run-plan.ts'

const group = (n: number): ApproverRef => ({
  kind: 'group',
  id: idOf('grp', `00000000-0000-7000-8000-00000000000${n}`),
  name: `group-${n}`,
})
const person = (id: string, ...groups: readonly ApproverRef[]) => ({
  id,
  groups: groups.map((one) => one.id),
})
const [qa, leads] = [group(1), group(2)]

function approval(by: readonly ApproverRef[], need: number, oneFromEach = false): RulePlan {
  return {
    name: '',
    after: [],
    kind: 'approval',
    by,
    need,
    oneFromEach,
    expiresMs: 1,
    onReject: 'wait',
  }
}

suite('the approvals of a gate before its run', () => {
  test('are short when fewer people are there than they take', () => {
    const rules = [approval([qa], 2)]
    assert.deepEqual(findUnmeetable({ rules }, [person('ada', qa)]), [0])
    assert.deepEqual(findUnmeetable({ rules }, [person('ada', qa), person('bo', qa)]), [])
  })

  test('of one from each group take a person of its own for each', () => {
    const rules = [approval([qa, leads], 1, true)]
    assert.deepEqual(findUnmeetable({ rules }, [person('ada', qa, leads)]), [0])
    assert.deepEqual(findUnmeetable({ rules }, [person('ada', qa, leads), person('bo', qa)]), [])
  })

  test('of two rules are not given by one person, who decides once in a gate', () => {
    const rules = [approval([qa], 1), approval([leads], 1)]
    assert.equal(findUnmeetable({ rules }, [person('ada', qa, leads)]).length, 1)
    assert.deepEqual(findUnmeetable({ rules }, [person('ada', qa, leads), person('bo', qa)]), [])
  })

  test('nobody is needed where only checks are', () => {
    assert.deepEqual(findUnmeetable({ rules: [] }, []), [])
  })
})
