import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { beginDraft, draftText, editDraft, parseDraft, redoDraft, undoDraft } from './draft.ts'

suite('a draft', () => {
  test('goes back and forth step by step', () => {
    let draft = beginDraft(14, 'a')
    draft = editDraft(draft, 'b')
    draft = editDraft(draft, 'c')
    draft = undoDraft(draft)
    assert.equal(draft.body, 'b')
    draft = redoDraft(draft)
    assert.equal(draft.body, 'c')
    draft = undoDraft(undoDraft(undoDraft(draft)))
    assert.equal(draft.body, 'a')
    assert.equal(redoDraft(editDraft(draft, 'd')).body, 'd')
  })

  test('takes typing in one field as one step', () => {
    let draft = beginDraft(1, '')
    for (const text of ['s', 'so', 'soc']) draft = editDraft(draft, text, 'stages.0 title')
    assert.equal(undoDraft(draft).body, '')
    const other = editDraft(draft, 'x', 'stages.1 title')
    assert.equal(undoDraft(other).body, 'soc')
  })

  test('is kept as text, and broken text is none', () => {
    const draft = editDraft(beginDraft(14, { name: 'a' }), { name: 'b' })
    const kept = parseDraft(draftText(draft, 5))
    assert.deepEqual(kept, { draft: beginDraft(14, { name: 'b' }), savedAt: 5 })
    for (const text of [null, '', '{', '[]', '{"from":1}', '{"from":"x","body":{},"savedAt":1}']) {
      assert.equal(parseDraft(text), undefined, String(text))
    }
  })
})
