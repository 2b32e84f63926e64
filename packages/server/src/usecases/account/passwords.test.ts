import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { judgePassword } from './judge-password.ts'
import { createPasswords, PasswordsBusy } from './passwords.ts'

const quick = { memoryKiB: 64, passes: 1, lanes: 1 }

suite('judgePassword', () => {
  const weak = [
    'short',
    'elevenchars',
    'passwordpassword',
    'Password123456!',
    'p4$$w0rdp4$$w0rd',
    'qwertyuiop1234',
    'aaaaaaaaaaaaaaa',
    'abababababababab',
    '123456789012345',
    'lockstep-lockstep',
    'Lockstep2026!!!',
    'adalovelace1815!',
    'summer2026summer',
    'letmeinletmein',
    'iloveyou-iloveyou',
    'correct horse battery staple',
    'welcome-admin-2026',
    'x'.repeat(129),
  ]
  for (const password of weak) {
    test(`${password.slice(0, 30)} is refused with a sentence`, () => {
      assert.match(
        judgePassword(password, ['ada', 'Ada Lovelace', 'ada@example.test']) ?? '',
        /^(A|This) password .+\.$/,
      )
    })
  }
  for (const password of [
    'seven kettles under a bridge',
    'Xk3-vUq9-tRw2-mNp7',
    'grün und blau wie moos',
    'миру мир и чашка чаю',
    '🌊🌋🌵🌻 dunes by the shore',
    'tide clay zebra',
    'z'.repeat(4) + 'quartz nymph vow',
  ]) {
    test(`${password} is taken`, () => {
      assert.equal(judgePassword(password, ['ada', 'Ada Lovelace', 'ada@example.test']), undefined)
    })
  }
})

suite('passwords', () => {
  test('a hash has the strength of the floor and no password in it', async () => {
    const hash = await createPasswords().hash('seven kettles')
    assert.match(hash, /^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  })

  test('the right password matches, another does not, and no account never does', async () => {
    const passwords = createPasswords(quick)
    const hash = await passwords.hash('seven kettles')
    assert.equal((await passwords.verify('seven kettles', hash)).matches, true)
    assert.equal((await passwords.verify('eight kettles', hash)).matches, false)
    assert.equal((await passwords.verify('seven kettles', undefined)).matches, false)
  })

  test('a hash that is cheaper than today’s floor is found outdated', async () => {
    const hash = await createPasswords(quick).hash('seven kettles')
    assert.deepEqual(await createPasswords().verify('seven kettles', hash), {
      matches: true,
      outdated: true,
    })
  })

  test('the same letters in another normal form are the same password', async () => {
    const passwords = createPasswords(quick)
    assert.equal(
      (await passwords.verify('u\u0308ber', await passwords.hash('\u00fcber'))).matches,
      true,
    )
  })

  test('beyond two at work and a short queue it refuses instead of piling up', async () => {
    const passwords = createPasswords({ ...quick, memoryKiB: 4096 })
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('x')))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(refused.length, 26)
    assert.ok(refused.every(({ reason }) => reason instanceof PasswordsBusy))
    assert.match(await passwords.hash('y'), /^\$argon2id/)
  })
})
