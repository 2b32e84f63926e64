import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shortenWords } from './shorten-words.ts'

suite('shortenWords', () => {
  test('leaves a sentence as it is whose words people read', () => {
    const sentence = `It is sha256:${'0'.repeat(64)}; https://git.example.test/${'a'.repeat(150)}.`
    assert.equal(shortenWords(sentence), sentence)
  })

  test('cuts a word that nobody reads, whole letters only, and says how long it was', () => {
    assert.equal(
      shortenWords(`"https://${'ä'.repeat(10_000)}" is no address.`),
      `"https://${'ä'.repeat(91)}…" (of 10010 characters) is no address.`,
    )
    assert.equal(shortenWords('🚗'.repeat(300)), `${'🚗'.repeat(100)}… (of 300 characters)`)
  })
})
