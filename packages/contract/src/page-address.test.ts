import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPageAddress } from './page-address.ts'

suite('an address of the page', () => {
  test('is one of the screens', () => {
    for (const path of [
      '/',
      '/releases/car:connected-car-2.0/runs/7/evidence',
      '/gates/gat_01KA7Z4V',
      '/settings/people/groups',
    ]) {
      assert.equal(isPageAddress(path), true, path)
    }
  })

  test('is nothing of the API, no file, and nothing beside a screen', () => {
    for (const path of ['/v1/me', '/agent/v1/poll', '/assets/a.js', '/releases/a/b', '/gates/']) {
      assert.equal(isPageAddress(path), false, path)
    }
  })
})
