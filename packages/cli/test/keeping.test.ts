// What people keep and look after in the terminal: secrets, artifacts, places, mail, the database.

import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'

import {
  PASSWORD,
  startServed,
  type CallOptions,
  type Ended,
  type Served,
} from '../testing/served.ts'
import { SHOP } from '../testing/shop.ts'

let served: Served

const ok: Served['ok'] = (typed, options) => served.ok(typed, options)

async function refused(typed: string, options?: CallOptions): Promise<string> {
  const { code, errors } = await served.lockstep(typed.split(' '), options)
  assert.equal(code, 1, `${typed}: ${errors}`)
  return errors
}

const DEFINITIONS = `${SHOP}---
environment: dev
tiers:
  - hosts: machines
    label: edge
receives:
  - tierMap: shop
    map: { edge: machines }
---
pipeline: round
title: Round
stages:
  - stage: bench
    tasks:
      - manual: Drive
        by: [{ user: admin }]
        instructions: Around the block.
`

before(async () => {
  served = await startServed()
  await ok(`setup ${served.link} --name admin --email admin@example.test`, {
    stdin: `${PASSWORD}\n`,
  })
  await ok('project create connected-car')
  await writeFile(join(served.repository, 'lockstep', 'definitions.yaml'), DEFINITIONS)
  await ok('apply -y -m First')
})
after(() => served[Symbol.asyncDispose]())

suite('a new agent', () => {
  test('comes with the command to type on its host; -q gives the token alone', async () => {
    const shown = await ok('agent enrol build-1 --label linux')
    const typed =
      /LOCKSTEP_SERVER=(\S+) \\\n +LOCKSTEP_AGENT_NAME=build-1 \\\n +LOCKSTEP_ENROL_TOKEN=lse_\S+ \\\n +node /
    assert.equal(typed.exec(shown)?.[1], new URL(served.link).origin)
    assert.match(await ok('agent enrol build-1 -q'), /^lse_[A-Za-z0-9_-]+\n$/)
  })

  test('is assigned when it has connected, and the refusal says so', async () => {
    const said = await refused('agent assign build-1 connected-car/dev')
    assert.match(said, /no agent "build-1".*\n.*start it on its host first/)
  })
})

suite('tokens of one name', () => {
  test('are not revoked by it: each is named by its id', async () => {
    const make = async (): Promise<string> =>
      JSON.parse(await ok('token create twin project.read --json')).token.id
    const [first, second] = [await make(), await make()]
    const said = await refused('token revoke twin')
    assert.match(said, /you have 2 tokens "twin"\. Say which by its id:/)
    for (const id of [first, second]) assert.ok(said.includes(`lockstep token revoke ${id}`), said)
    assert.doesNotMatch(await ok('token list'), /revoked/)
    await ok(`token revoke ${second}`)
    assert.match(await ok('token revoke twin'), /"twin" does not work any more/)
    const { items } = JSON.parse(await ok('token list --json'))
    assert.ok(items.every((token: { revokedAt: string | null }) => token.revokedAt !== null))
  })
})

suite('the tokens of the examples', () => {
  const withToken = async (typed: string): Promise<{ secret: string; told: string }> => {
    const told = await ok(`token create ${typed}`)
    return { secret: told.split('\n')[0] ?? '', told }
  }

  test('of an environment tells what runs there, and its list says where it works', async () => {
    const { secret, told } = await withToken(
      'line-2 environment.read inventory.report --environment dev -p connected-car',
    )
    assert.match(told, /\nIt works in connected-car\/dev until /)
    assert.match(await ok('token list'), /line-2 .* in connected-car\/dev /)
    const { errors } = await served.lockstep(
      'inventory report dev connected-car/shop/shop-api edge-1 -m Gone -p connected-car'.split(' '),
      { as: 'line', environment: { LOCKSTEP_SERVER: served.url, LOCKSTEP_TOKEN: secret } },
    )
    assert.equal(errors, '')
  })

  test('of a project starts what is there, and its list says where it works', async () => {
    const { secret, told } = await withToken(
      'nightly project.read plan.make run.start run.read -p connected-car',
    )
    assert.match(told, /\nIt works in connected-car until /)
    assert.match(await ok('token list'), /nightly .* in connected-car /)
    const { code, errors, out } = await served.lockstep(
      'run start round -p connected-car'.split(' '),
      { as: 'ci', environment: { LOCKSTEP_SERVER: served.url, LOCKSTEP_TOKEN: secret } },
    )
    assert.equal(code, 0, errors)
    assert.match(out, /Started connected-car\/round\/1|Started round\/1/)
  })
})

suite('a service account', () => {
  test('gets its role and its token in the terminal, and acts with it', async () => {
    for (const name of ['owner-1', 'owner-2']) await ok(`user create ${name} ${name}@example.test`)
    const made = await ok('service-account create ci --owner owner-1 --owner owner-2')
    assert.match(made, /role grant ROLE account:ci -p connected-car\n.*--for ci -p connected-car/)
    assert.match(await ok('service-account list'), /owner-1, owner-2/)
    assert.equal(
      await ok('role grant viewer account:ci'),
      '✓ account:ci is viewer in connected-car.\n',
    )
    assert.match(
      await refused('role grant viewer account:ci'),
      /^Refused: Service account ci has the role viewer here already/i,
    )
    assert.match(
      await ok('role grant approver account:ci'),
      /^✓ account:ci is approver in connected-car\.\nIt decides at no gate with it: only people do\./,
    )
    assert.match(await ok('role list'), /ci +approver .*decides at no gate: only people do/)
    const token = await ok('token create nightly project.read --for ci --json')
    const { secret } = JSON.parse(token)
    assert.match(
      await ok(`project list --token ${secret} --server ${served.url}`, { as: 'nobody' }),
      /connected-car/,
    )
    assert.match(await ok('token list --for ci'), /nightly/)
    await ok('token revoke nightly --for ci')
    assert.match(await refused('token revoke nightly --for ci'), /ci has no token "nightly"/)
    assert.equal(
      await ok('role revoke viewer account:ci'),
      '✓ account:ci is not viewer any more.\n',
    )
  })
})

suite('the inventory', () => {
  test('is refused for a time to come and for an application that is not there', async () => {
    assert.match(await refused('inventory --at 2999-01-01T00:00Z'), /is in the future/)
    assert.match(await refused('inventory --app nope'), /no application "nope"/)
    await ok('inventory --app connected-car/shop')
  })

  test('has nothing to accept where nothing drifts, and says what is known of a resource', async () => {
    const report = `inventory report dev shop edge-7 --version 1.0 --digest sha256:${'a'.repeat(64)} -m Old`
    await ok(report.replace(' shop ', ' connected-car/shop/shop-api '))
    const calm = await refused('inventory accept dev shop-api edge-7 -m Fine')
    assert.match(
      calm,
      /edge-7 does not drift any more: 1\.0 \(sha256:aaaaaaaa\) of shop-api is what/,
    )
    const seen = `--digest sha256:${'b'.repeat(64)}`
    const other = await refused(`inventory accept dev shop/shop-api edge-7 ${seen} -m Fine`)
    assert.match(other, /edge-7 runs 1\.0 \(sha256:aaaaaaaa\) of shop-api by now, not .*bbbbbbbb/)
    const unknown = await refused('inventory accept dev nope edge-7 -m Fine')
    assert.match(unknown, /of a component "nope" on edge-7 in Dev\.\nThere are: shop-api/)
    await ok('inventory report dev connected-car/shop/shop-api edge-7 -m Gone')
  })
})

suite('secrets', () => {
  test('are piped in whole, listed by name, and their value never comes out', async () => {
    const value = '-----BEGIN KEY-----\nline one\nline two\n-----END KEY-----'
    const set = await ok('secret set store-key -p connected-car', { stdin: `${value}\n` })
    assert.match(set, /^✓ store-key is set\./)
    const listed = await ok('secret list -p connected-car')
    assert.match(listed, /^secret .*\nstore-key +the project +1 /)
    assert.ok(![set, listed].some((text) => text.includes('line one')))
    const again = await refused('secret set store-key -p connected-car', { stdin: 'another value' })
    assert.match(again, /secret rotate store-key/)
    const rotated = await ok('secret rotate store-key -p connected-car', { stdin: 'another value' })
    assert.equal(rotated, '✓ store-key has version 2.\n')
    assert.match(
      await refused('secret delete store-key -p connected-car'),
      /terminal\.\nAnswer it with {2}--confirmed/,
    )
    assert.match(
      await refused('secret delete store-key -p connected-car -y'),
      /-y answers only what can be undone\.\nAnswer it with {2}--confirmed/,
    )
    await ok('secret delete store-key -p connected-car --confirmed')
    assert.match(await refused('secret rotate store-key -p connected-car'), /no secret "store-key"/)
  })
})

suite('a key that signs', () => {
  test('is refused where it lies: nothing of a private one is sent', async () => {
    let requests = 0
    await using listener = createServer((_, response) => {
      requests += 1
      response.end()
    }).listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    assert.ok(typeof address === 'object' && address !== null)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
    await writeFile(join(served.repository, 'mine.pem'), pem)
    const add = (file: string): Promise<Ended> =>
      served.lockstep(
        `key add mine ${file} -p connected-car --token lst_x --server http://127.0.0.1:${address.port}`.split(
          ' ',
        ),
      )
    const said = await add('mine.pem')
    assert.deepEqual(
      [said.code, said.errors, requests],
      [
        1,
        'Refused: this is a private key. It stays with whoever signs; send its public half: openssl pkey -pubout\n',
        0,
      ],
    )
    await writeFile(
      join(served.repository, 'mine.pem'),
      publicKey.export({ format: 'pem', type: 'spki' }),
    )
    await add('mine.pem')
    assert.notEqual(requests, 0, 'the public half is sent')
  })
})

suite('artifacts', () => {
  test('are pushed once, fetched as they were, verified, and deleted with a reason', async () => {
    const file = join(served.repository, 'shop-api.tgz')
    await writeFile(file, 'bytes of the archive')
    const pushed = await ok('artifact push shop-api 1.0.0 shop-api.tgz -p connected-car')
    assert.match(pushed, /^✓ shop-api 1\.0\.0 of shop is sha256:[0-9a-f]{8}, for ever\.\n$/)
    await ok('artifact get shop-api 1.0.0 -p connected-car --out fetched.tgz')
    assert.equal(
      await readFile(join(served.repository, 'fetched.tgz'), 'utf8'),
      'bytes of the archive',
    )
    assert.match(await ok('artifact verify shop-api 1.0.0 -p connected-car'), /^✓ the store has /)
    await writeFile(file, 'other bytes')
    const verified = await served.lockstep(
      'artifact verify shop-api 1.0.0 shop-api.tgz -p connected-car'.split(' '),
    )
    assert.deepEqual([verified.code, verified.out.startsWith('✗ shop-api.tgz has ')], [1, true])
    assert.match(
      await refused('artifact push shop-api 1.0.0 shop-api.tgz -p connected-car'),
      /a version never changes/,
    )
    assert.match(await ok('artifact show shop-api 1.0.0 -p connected-car'), /\nBytes +20\n/)
    await ok('artifact delete shop-api 1.0.0 -p connected-car -m Wrong --confirmed')
    assert.match(await refused('artifact show shop-api 1.0.0 -p connected-car'), /no artifact/)
  })

  test('are signed with a key that the project trusts, here or with a signature made elsewhere', async () => {
    const at = (name: string): string => join(served.repository, name)
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' })
    await writeFile(at('release-key.pem'), pem)
    await writeFile(at('release-key.pub.pem'), publicKey.export({ format: 'pem', type: 'spki' }))
    await writeFile(at('signed.tgz'), 'bytes to sign')
    const project = '-p connected-car'
    const trusted = await ok(`key add release-key release-key.pub.pem ${project}`)
    assert.match(trusted, /^✓ connected-car trusts release-key, sha256:[0-9a-f]{8}\./)
    assert.match(await ok(`key ${project}`), /release-key +sha256:[0-9a-f]{64}/)
    await ok(`artifact push shop-api 2.0.0 signed.tgz ${project}`)
    assert.match(
      await ok(`artifact show shop-api 2.0.0 ${project}`),
      /\nSigned +by no key that is trusted\n/,
    )
    assert.equal(
      await ok(`artifact sign shop-api 2.0.0 --key release-key.pem ${project}`),
      '✓ shop-api 2.0.0 is signed by release-key.\n',
    )
    await writeFile(
      at('locked.pem'),
      privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
    )
    for (const file of ['locked.pem', 'signed.tgz', 'release-key.pub.pem']) {
      const said = await refused(`artifact sign shop-api 2.0.0 --key ${file} ${project}`)
      assert.ok(
        said.startsWith(`Refused: ${file} is no Ed25519 private key that can be read here.\n`),
        said,
      )
      assert.ok(said.includes(`openssl pkeyutl -sign -rawin -inkey ${file} `), said)
    }
    await writeFile(at('other.tgz'), 'other bytes to sign')
    const digest = `sha256:${createHash('sha256').update('other bytes to sign').digest('hex')}`
    await writeFile(at('other.sig'), sign(null, Buffer.from(digest), privateKey))
    assert.match(
      await ok(`artifact push shop-api 2.0.1 other.tgz --signature other.sig ${project}`),
      /It is signed by release-key\.\n$/,
    )
    assert.match(
      await refused(`artifact sign shop-api 2.0.0 --signature other.sig ${project}`),
      /No key that the project trusts \(release-key\) has signed/i,
    )
    await writeFile(at('third.tgz'), 'third bytes')
    assert.match(
      await refused(`artifact push shop-api 2.0.2 third.tgz --signature other.sig ${project}`),
      /has signed sha256.*\nThe artifact is kept, unsigned\. Sign it:\n {2}lockstep artifact sign shop-api 2\.0\.2 --signature FILE -p connected-car\n$/,
    )
    assert.match(
      await refused(`key delete release-key ${project}`),
      /count no more, .*: shop-api 2\.0\.1, shop-api 2\.0\.0\. It is the last key .*\nAnswer it with {2}--confirmed/,
    )
    assert.match(await ok(`key ${project}`), /release-key +sha256/)
    const deleted = await ok(`key delete release-key ${project} --confirmed`)
    assert.match(deleted, /trusts release-key no more/)
    for (const version of ['2.0.0', '2.0.1', '2.0.2'])
      await ok(`artifact delete shop-api ${version} ${project} -m Tried --confirmed`)
  })

  test('that are folders are refused with the way to pack them', async () => {
    const errors = await refused('artifact push shop-api 1.0.0 lockstep -p connected-car')
    assert.match(errors, /\ntar -czf lockstep\.tgz -C lockstep \./)
  })
})

suite('places', () => {
  test('are frozen until a time and thawed with a reason', async () => {
    const frozen = await ok('environment freeze dev -m Fair --until 2099-01-01')
    assert.match(frozen, /^✓ Dev is frozen until Thu 1 Jan 00:00\./)
    assert.match(await ok('environment show dev'), /\nFrozen {3}Fair, from /)
    assert.match(await refused('environment unfreeze dev'), /needs a reason/)
    await ok('environment unfreeze dev -m Over')
    const nothing = await refused('snapshot create --from-environment dev connected-car/shop')
    assert.match(nothing, /^Refused: dev runs nothing of connected-car\/shop/)
  })

  test('that others name are deleted only where that is meant', async () => {
    assert.match(
      await refused('application delete shop -m Replaced --confirmed'),
      /lockstep application delete --allow-breaking/,
    )
    const deleted = await ok('environment delete dev -m Replaced --confirmed')
    assert.match(deleted, /^✓ environment dev is retired\./)
    await ok('application delete shop -m Replaced --confirmed')
  })
})

suite('the house', () => {
  test('tries mail out, and says how it went', async () => {
    assert.match(await ok('notification test'), /^✓ A test goes to admin@example\.test\./)
    assert.match(await ok('notification list'), /A test: mail of Lockstep arrives here/)
    assert.match(await refused('notification release'), /nothing is held back/)
  })

  test('reads its database again, and backs it up for a check elsewhere', async () => {
    const data = { environment: { LOCKSTEP_DATA: join(served.repository, '..', 'data') } }
    assert.match(
      await ok('audit verify'),
      /^✓ [\d,]+ entries, unbroken\. Head sha256:[0-9a-f]{6}…(?:, agrees with the checkpoint of [^.]+)?\.\n$/,
    )
    assert.match(await ok('db check', data), /entries of the log, unbroken/)
    const backup: { stoppedAt: string } = JSON.parse(await ok('db backup ../backup --json', data))
    assert.match(backup.stoppedAt, /^\d{4}-/)
    assert.match(await ok('db check ../backup', data), /^✓ All \d+ files/)
    const own = { environment: { DATABASE_URL: 'postgres://db.example.test/lockstep' } }
    assert.match(await refused('db backup ../other', own), /pg_dump/)
  })
})
