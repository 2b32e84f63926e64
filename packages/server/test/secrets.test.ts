import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'

import { jobSecrets } from '../src/agents/reveal-secret.ts'
import { makePlan } from '../src/usecases/run/make-plan.ts'
import { FileKeyVault } from '../src/secrets/file-key-vault.ts'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'
import { environment } from '../testing/definitions.ts'
import { storeDefinition } from '../testing/repository.ts'

const CANARY = 'canary-5a1f0e7c-value'
let server: TestApi
let admin: Caller & { readonly id: string }
let project: string
let number: number
let folder: string
let file: string

before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
  const body = { name: 'mobile', title: 'Mobile' }
  project = (await server.call('POST', '/v1/projects', { as: admin, body })).body.id
  const { rows } = await server.database.pool.query<{ number: number }>(
    'SELECT number FROM projects WHERE id = $1',
    [uuidOf(project)],
  )
  number = rows[0]?.number ?? 0
  folder = await mkdtemp(join(tmpdir(), 'lockstep-secrets-'))
  file = join(folder, 'secrets.key')
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function set(name: string, value: string, more: object = {}): Promise<{ id: string }> {
  const body = { project, name, value, ...more }
  const made = await server.call('POST', '/v1/secrets', { as: admin, body })
  assert.equal(made.status, 201, made.text)
  return made.body
}

function revealed(name: string, place: object = {}) {
  const secrets = jobSecrets(server.database.pool, server.vault, () => undefined)
  return secrets.reveal({ project: number, environment: null, isOfPlace: false, name, ...place })
}

suite('a secret', () => {
  test('goes in and reaches the job that names it, and nothing else shows its value', async () => {
    const { id } = await set('store-key', CANARY)
    assert.deepEqual(await revealed('store-key'), { kind: 'value', value: CANARY })
    const paths = [`/v1/secrets?project=${project}`, `/v1/audit-entries?project=${project}`]
    const texts = await Promise.all(
      paths.map(async (path) => (await server.call('GET', path, { as: admin })).text),
    )
    const { rows } = await server.database.pool.query(
      `SELECT (SELECT jsonb_agg(s) FROM secrets s)::text AS secrets, (SELECT jsonb_agg(e) FROM events e)::text AS events,
         (SELECT jsonb_agg(c) FROM commands c)::text AS commands`,
    )
    const stored = JSON.stringify(rows)
    for (const form of [
      CANARY,
      Buffer.from(CANARY).toString('base64'),
      Buffer.from(CANARY).toString('hex'),
    ]) {
      assert.ok(![...texts, stored].some((text) => text.includes(form)), form)
    }
    assert.ok(texts.every((text) => text.includes('store-key')))
    assert.ok((await server.audited()).includes('secret_set'))
    assert.match(id, /^sec_/)
  })

  test('is refused when it is short, and the refusal does not repeat it', async () => {
    const body = { project, name: 'pin', value: '94137' }
    const refused = await server.call('POST', '/v1/secrets', { as: admin, body })
    assert.deepEqual([refused.status, refused.body.code], [400, 'invalid_field'])
    assert.ok(!refused.text.includes('94137'))
  })

  test('takes another value, in another version, under the same name', async () => {
    const { id } = await set('rotating', 'first value')
    const twice = await server.call('POST', '/v1/secrets', {
      as: admin,
      body: { project, name: 'rotating', value: 'second value' },
    })
    assert.equal(twice.body.code, 'name_taken')
    const rotated = await server.call('PUT', `/v1/secrets/${id}/value`, {
      as: admin,
      body: { value: 'second value' },
    })
    assert.equal(rotated.body.version, 2)
    assert.deepEqual(await revealed('rotating'), { kind: 'value', value: 'second value' })
    await server.call('DELETE', `/v1/secrets/${id}`, { as: admin })
    assert.deepEqual(await revealed('rotating'), { kind: 'missing' })
  })

  test('of an environment comes before that of its project, there alone', async () => {
    const staging = await storeDefinition(server.database, number, environment('staging', 'x'))
    await set('password', 'of the project')
    await set('password', 'of the place', { environment: idOf('env', staging) })
    const inPlace = { environment: idOf('env', staging) }
    assert.deepEqual(await revealed('password'), { kind: 'value', value: 'of the project' })
    assert.deepEqual(await revealed('password', inPlace), { kind: 'value', value: 'of the place' })
    assert.deepEqual(await revealed('password', { ...inPlace, project: number + 1 }), {
      kind: 'missing',
    })
    assert.deepEqual(
      await revealed('password', { ...inPlace, project: number + 1, isOfPlace: true }),
      { kind: 'value', value: 'of the place' },
    )
  })

  test('that somebody moved or changed in the database reaches nobody', async () => {
    const [one, other] = [await set('one', 'value of one'), await set('other', 'value of other')]
    await server.database.pool.query(
      `UPDATE secrets SET ciphertext = (SELECT ciphertext FROM secrets WHERE id = $1) WHERE id = $2`,
      [uuidOf(one.id), uuidOf(other.id)],
    )
    assert.deepEqual(await revealed('other'), { kind: 'unreadable' })
  })
})

suite('the key of the secrets', () => {
  test('is made with the first secret, for its owner only', async () => {
    const path = server.keyFile
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.equal(Buffer.from(await readFile(path, 'utf8'), 'base64').length, 32)
  })

  test('is asked for at a start: none, another, a damaged or an open one is refused', async () => {
    const vault = new FileKeyVault(server.database.pool, file)
    const check = () => vault.check({ forget: false })
    await assert.rejects(check(), /There is no key in .*LOCKSTEP_FORGET_SECRETS/)
    await writeFile(file, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 })
    await assert.rejects(check(), /holds another key/)
    await writeFile(file, 'AAAA')
    await assert.rejects(check(), /damaged or cut off/)
    await writeFile(file, await readFile(server.keyFile))
    await check()
    await chmod(file, 0o644)
    await assert.rejects(check(), /chmod 600/)
  })

  test('of another server of the database is not replaced: the secret is refused', async () => {
    const vault = new FileKeyVault(server.database.pool, join(folder, 'of-another.key'))
    const place = { id: 'x', project: number, environment: null, name: 'x', version: 1 }
    await assert.rejects(vault.seal(place, 'a value'), { code: 'secrets_unavailable' })
  })

  test('that is lost takes the values with it; the names stay, to be set again', async () => {
    const vault = new FileKeyVault(server.database.pool, join(folder, 'fresh.key'))
    const { id } = await set('kept-name', 'lost value')
    await vault.check({ forget: true })
    const listed = await server.call('GET', `/v1/secrets?project=${project}`, { as: admin })
    const lost = listed.body.items.find((secret: { id: string }) => secret.id === id)
    assert.deepEqual([lost.name, lost.state], ['kept-name', 'lost'])
    assert.deepEqual(await revealed('kept-name'), { kind: 'unreadable' })
    await server.call('PUT', `/v1/secrets/${id}/value`, { as: admin, body: { value: 'new value' } })
    assert.deepEqual(await revealed('kept-name'), { kind: 'value', value: 'new value' })
  })
})

suite('a plan', () => {
  test('is refused while a secret that it names has no value, by the name of the secret', async () => {
    const signing = {
      kind: 'pipeline',
      name: 'sign',
      stages: [
        {
          kind: 'stage',
          name: 'all',
          tasks: [
            {
              kind: 'command',
              name: 'sign',
              agent: 'linux',
              argv: ['./sign'],
              env: { KEY: { secret: 'signing-key' } },
            },
          ],
        },
      ],
    }
    await storeDefinition(server.database, number, signing)
    const request = {
      project: 'mobile',
      name: 'sign',
      parameters: {},
      source: null,
      onFailure: 'wait',
    } as const
    const refused = await makePlan(server.database.pool, request)
    assert.deepEqual(!refused.ok && refused.refusals, [
      {
        code: 'secret_not_set',
        where: 'stages/all',
        message:
          'The secret "signing-key" is not set. Set it:  lockstep secret set signing-key -p mobile',
      },
    ])
    await set('signing-key', 'a value for it')
    const made = await makePlan(server.database.pool, request)
    assert.ok(made.ok, JSON.stringify(made))
    assert.ok(!JSON.stringify(made.plan).includes('a value for it'))
  })
})
