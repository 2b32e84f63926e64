import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { inStyle } from './style.ts'

suite('inStyle', () => {
  test('text stays as it is on a terminal with UTF-8 and without colours', () => {
    const text = '✓ data-backend   1.12.3 → 2.0.0'
    assert.equal(inStyle(text, { utf8: true, colour: false }), text)
  })

  test('what moves the cursor, turns the line or is not seen is written out; lines and letters stay', () => {
    assert.equal(
      inStyle('a\u202Eb\u200Bc\u001B[2Jd\n\tمرحبا 👩‍🚀', { utf8: true, colour: false }),
      'a\\u202eb\\u200bc\\u001b[2Jd\n\tمرحبا 👩‍🚀',
    )
  })

  test('without UTF-8 every mark has letters, and no other sign is left', () => {
    const marks = '✓ ◐ ◆ ◷ ✗ ! ? ○ – ⊘ ‖ ≠ ↺'
    assert.equal(inStyle(marks, { utf8: false, colour: false }), 'ok > * @ x ! ? . - / = # <')
  })

  test('behind a wider mark a blank goes, so that columns keep their place', () => {
    assert.equal(inStyle('2.0.0 ✓   1.9.2 ≠', { utf8: false, colour: false }), '2.0.0 ok  1.9.2 #')
  })

  test('a mark has its colour, and an exclamation mark only where it is a mark', () => {
    assert.equal(
      inStyle('  ! 6b  Stop! ✗ no', { utf8: true, colour: true }),
      '  \u001B[31m!\u001B[0m 6b  Stop! \u001B[31m✗\u001B[0m no',
    )
  })
})
