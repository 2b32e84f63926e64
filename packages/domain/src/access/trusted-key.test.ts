import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { refuseTrustedKey } from './trusted-key.ts'

const PUBLIC = '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n'

suite('refuseTrustedKey', () => {
  test('a public key in PEM and a certificate are taken', () => {
    assert.equal(refuseTrustedKey(PUBLIC), undefined)
    assert.equal(refuseTrustedKey(PUBLIC.replaceAll('PUBLIC KEY', 'CERTIFICATE')), undefined)
    assert.equal(refuseTrustedKey(PUBLIC.replaceAll('\n', '\r\n')), undefined)
  })

  test('a private key is refused under every name of PEM, also behind a public one', () => {
    for (const kind of ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'OPENSSH PRIVATE KEY']) {
      const text = `${PUBLIC}-----BEGIN ${kind}-----\nMC4C\n-----END ${kind}-----\n`
      assert.match(refuseTrustedKey(text) ?? '', /^This is a private key\. It stays with whoever/)
    }
  })

  test('what may hold a private key in another form is refused', () => {
    for (const text of ['0.\u0002\u0001', '{"kty":"OKP","d":"x"}', 'ssh-ed25519 AAAA', ''])
      assert.equal(refuseTrustedKey(text), 'This is no Ed25519 public key in PEM.')
  })
})
