import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { idOf } from '@lockstep/domain'
import { makeTokenText, parseTokenText } from './token-text.ts'

const id = idOf('tok', '01a20ab8-b1fd-75dc-91f1-1524ad8a7ae4')

suite('token text', () => {
  test('it says what it is, whose kind and which', () => {
    const text = makeTokenText('svc', id)
    assert.match(text, /^lsk_svc_[0-9A-Z]{26}_[0-9A-Za-z]{43}_[0-9a-f]{8}$/)
    assert.deepEqual(parseTokenText(text), { type: 'svc', id })
  })

  test('no two are equal', () => {
    assert.notEqual(makeTokenText('usr', id), makeTokenText('usr', id))
  })

  test('a letter that was typed wrong is seen without the database', () => {
    const text = makeTokenText('usr', id)
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at] === '0' ? '1' : '0'
      assert.equal(
        parseTokenText(text.slice(0, at) + letter + text.slice(at + 1)),
        undefined,
        `letter ${at}`,
      )
    }
  })

  for (const text of [
    '',
    'lsk_',
    'lsk_usr_x_y_z',
    `${makeTokenText('usr', id)} `,
    makeTokenText('usr', id).toUpperCase(),
  ]) {
    test(`${JSON.stringify(text.slice(0, 20))} is none`, () => {
      assert.equal(parseTokenText(text), undefined)
    })
  }
})
