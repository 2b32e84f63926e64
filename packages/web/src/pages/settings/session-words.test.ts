import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientWords } from './session-words.ts'

test('a session is called by its browser and system, or by the program', () => {
  const linux =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15'
  const phone =
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36'
  assert.deepEqual([linux, mac, phone, 'lockstep/0.1.0', ''].map(clientWords), [
    'Chrome on Linux',
    'Safari on macOS',
    'Chrome on Android',
    'lockstep/0.1.0',
    'unknown',
  ])
})
