import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConfigRefusal, isLoopback, readConfig } from './config.ts'

suite('readConfig', () => {
  test('without any variable the server is for this machine only', () => {
    const { port, host, publicUrl, databaseUrl, gitProtocols, trustedProxies } = readConfig({})
    assert.deepEqual(
      { port, host, publicUrl, databaseUrl, gitProtocols, trustedProxies },
      {
        port: 4600,
        host: '127.0.0.1',
        publicUrl: undefined,
        databaseUrl: undefined,
        gitProtocols: ['https', 'ssh'],
        trustedProxies: [],
      },
    )
  })

  test('an empty variable is one that is not set', () => {
    assert.equal(readConfig({ LOCKSTEP_PORT: '', DATABASE_URL: '' }).port, 4600)
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['LOCKSTEP_PORT', 'abc'],
    ['LOCKSTEP_PORT', '65536'],
    ['LOCKSTEP_PORT', '-1'],
    ['LOCKSTEP_PORT', '4600 '],
    ['LOCKSTEP_HOST', 'a b'],
    ['DATABASE_URL', 'mysql://x'],
    ['LOCKSTEP_PUBLIC_URL', 'lockstep.example.test'],
    ['LOCKSTEP_PUBLIC_URL', 'https://lockstep.example.test/path'],
    ['SMTP_URL', 'http://x'],
    ['LOCKSTEP_GIT_PROTOCOLS', 'https,ftp'],
    ['LOCKSTEP_TRUSTED_PROXIES', 'everybody'],
    ['LOCKSTEP_LOG_LEVEL', 'loud'],
  ]
  for (const [name, value] of wrong) {
    test(`${name}=${value} is refused by name, rule and way out`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error) => {
          assert.ok(error instanceof ConfigRefusal)
          assert.match(
            error.message,
            new RegExp(`^${name} must be .+\\. .+ is not\\. Change it, or leave it out.*\\.$`),
          )
          return true
        },
      )
    })
  }

  test('a refusal does not repeat an address, which may hold a password', () => {
    assert.throws(
      () => readConfig({ DATABASE_URL: 'mysql://ada:hunter2@x' }),
      (error) => error instanceof ConfigRefusal && !error.message.includes('hunter2'),
    )
  })

  test('other machines reach the server only under an https address', () => {
    assert.throws(() => readConfig({ LOCKSTEP_HOST: '0.0.0.0' }), /LOCKSTEP_PUBLIC_URL/)
    assert.throws(
      () =>
        readConfig({
          LOCKSTEP_HOST: '0.0.0.0',
          LOCKSTEP_PUBLIC_URL: 'http://lockstep.example.test',
        }),
      /https/,
    )
    assert.equal(
      readConfig({
        LOCKSTEP_HOST: '0.0.0.0',
        LOCKSTEP_PUBLIC_URL: 'https://lockstep.example.test/',
      }).publicUrl,
      'https://lockstep.example.test',
    )
  })
})

test('this machine is 127.0.0.0/8, ::1 and localhost', () => {
  assert.deepEqual(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost'].map(isLoopback), [
    true,
    true,
    true,
    true,
    true,
  ])
  assert.deepEqual(
    ['0.0.0.0', '10.0.0.1', '127.0.0.1.example.test', 'localhost.example.test'].map(isLoopback),
    [false, false, false, false],
  )
})
