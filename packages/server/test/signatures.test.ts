import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomUUIDv7, sign, type KeyObject } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf, type Digest, type RunPlan } from '@lockstep/domain'
import { judgeSignatures } from '../src/performers/judge-signatures.ts'
import { saveSnapshot } from '../src/postgres/deliverables/snapshot-store.ts'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
before(async () => {
  server = await startTestApi()
  admin = await server.setUp()
})
after(() => server[Symbol.asyncDispose]())

const digestOf = (text: string): Digest =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' })
const newKey = () => generateKeyPairSync('ed25519')

/** A project with one artifact that was pushed, and a run's plan that brings it. */
async function start(name: string) {
  const { pool } = server.database
  const made = await server.call('POST', '/v1/projects', { as: admin, body: { name, title: name } })
  const project: string = made.body.id
  const digest = digestOf(name)
  const uuid = randomUUIDv7()
  const { rows } = await pool.query<{ project_id: number }>(
    `INSERT INTO artifacts (id, project_id, application, component, version, digest, size_bytes)
     SELECT $1::uuid, number, 'shop', 'api', '2.0', $3, 1 FROM projects WHERE id = $2 RETURNING project_id`,
    [uuid, uuidOf(project), digest],
  )
  const snapshot = digestOf(`snapshot of ${name}`)
  const root = idOf('run', randomUUIDv7())
  await saveSnapshot(pool, {
    digest: snapshot,
    definition: digestOf('definition'),
    projectNumber: rows[0]?.project_id ?? 0,
    root,
    body: {
      v: 1,
      application: { project: name, name: 'shop' },
      version: '2.0',
      components: [
        {
          name: 'api',
          version: '2.0',
          digest,
          sizeBytes: 1,
          contracts: { provides: {}, requires: {} },
        },
      ],
      processes: {},
      configuration: {},
    },
  })
  const brings: RunPlan['brings'] = [
    { application: { project: name, name: 'shop' }, snapshot, version: '2.0', passed: null },
  ]
  return {
    digest,
    trust: (key: string, publicKey: string) =>
      server.call('POST', '/v1/trusted-keys', {
        as: admin,
        body: { project, name: key, publicKey },
      }),
    distrust: (key: string) =>
      server.call('DELETE', `/v1/trusted-keys?project=${project}&name=${key}`, { as: admin }),
    send: (privateKey: KeyObject, text: string) =>
      server.call('POST', `/v1/artifacts/${idOf('art', uuid)}/signatures`, {
        as: admin,
        body: { signature: sign(null, Buffer.from(text), privateKey).toString('base64') },
      }),
    judge: () =>
      judgeSignatures(
        { kind: 'signed', sbom: false },
        { deps: { db: pool }, asked: { target: { root } }, plan: { brings } },
      ),
    keys: async (): Promise<readonly string[]> =>
      (
        await server.call('GET', `/v1/trusted-keys?project=${project}`, { as: admin })
      ).body.items.map((one: { name: string }) => one.name),
  }
}

suite('a signature of an artifact', () => {
  test('by a trusted key makes the check hold, which names the key', async () => {
    const world = await start('trusting')
    const { publicKey, privateKey } = newKey()
    assert.equal((await world.trust('release-key', pemOf(publicKey))).status, 201)
    assert.deepEqual(await world.judge(), {
      answer: 'not',
      evidence: 'api 2.0 is signed by no key that trusting trusts (release-key)',
    })
    const signed = await world.send(privateKey, world.digest)
    assert.deepEqual([signed.status, signed.body.signedBy], [200, ['release-key']])
    assert.deepEqual(await world.judge(), {
      answer: 'holds',
      evidence: '1 of 1 artifacts: signed by release-key',
    })
    assert.deepEqual((await server.audited()).slice(-2), ['key_trusted', 'artifact_signed'])
    const again = await world.send(privateKey, world.digest)
    assert.deepEqual([again.status, again.body.signedBy], [200, ['release-key']])
    assert.deepEqual((await server.audited()).slice(-2), ['key_trusted', 'artifact_signed'])
  })

  test('by a key that is not trusted, or of other bytes, is refused', async () => {
    const world = await start('careful')
    const [known, stranger] = [newKey(), newKey()]
    await world.trust('release-key', pemOf(known.publicKey))
    for (const sent of [
      await world.send(stranger.privateKey, world.digest),
      await world.send(known.privateKey, digestOf('other bytes')),
      await world.send(known.privateKey, ''),
    ]) {
      assert.deepEqual([sent.status, sent.body.code], [422, 'signature_wrong'])
      assert.match(
        sent.body.detail,
        /^No key that the project trusts \(release-key\) has signed sha256:/,
      )
    }
    assert.equal((await world.judge()).answer, 'not')
  })

  test('counts no more when its key is trusted no more, or when somebody changed it in the database', async () => {
    const world = await start('changing')
    const [first, second] = [newKey(), newKey()]
    await world.trust('first', pemOf(first.publicKey))
    await world.trust('second', pemOf(second.publicKey))
    await world.send(first.privateKey, world.digest)
    assert.equal((await world.judge()).answer, 'holds')
    assert.equal((await world.distrust('first')).status, 204)
    assert.deepEqual(await world.keys(), ['second'])
    assert.match((await world.judge()).evidence, /no key that changing trusts \(second\)/)
    await world.send(second.privateKey, world.digest)
    assert.equal((await world.judge()).answer, 'holds')
    await server.database.pool.query(
      `UPDATE artifact_signatures SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE digest = $1`,
      [world.digest],
    )
    assert.equal((await world.judge()).answer, 'not')
  })

  test('where no key is trusted the check asks for the signed report of an agent, and says so', async () => {
    const world = await start('without-keys')
    const refused = await world.send(newKey().privateKey, world.digest)
    assert.match(refused.body.detail, /^No key that the project trusts \(none\)/)
    assert.equal((await world.judge()).evidence, 'api 2.0 came in no signed report of an agent')
    await server.database.pool.query('UPDATE artifacts SET job_id = $1 WHERE digest = $2', [
      randomUUIDv7(),
      world.digest,
    ])
    assert.deepEqual(await world.judge(), {
      answer: 'holds',
      evidence: '1 of 1 artifacts came in signed reports of agents; without-keys trusts no key',
    })
  })

  test('is not dispensed with by taking the last key away', async () => {
    const world = await start('abandoned')
    await server.database.pool.query('UPDATE artifacts SET job_id = $1 WHERE digest = $2', [
      randomUUIDv7(),
      world.digest,
    ])
    await world.trust('only', pemOf(newKey().publicKey))
    await world.distrust('only')
    assert.deepEqual(await world.judge(), {
      answer: 'not',
      evidence: 'abandoned trusts no key any more; it has trusted one',
    })
  })
})

suite('a key that is to be trusted', () => {
  test('is the public half of an Ed25519 key, once under one name', async () => {
    const world = await start('choosy')
    const { publicKey, privateKey } = newKey()
    const secret = privateKey.export({ format: 'pem', type: 'pkcs8' })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    for (const [pem, why] of [
      [secret, /^This is a private key\. It stays with whoever signs/],
      [pemOf(rsa), /^This is no Ed25519 public key/],
      ['ssh-ed25519 AAAA', /^This is no Ed25519 public key/],
    ] as const) {
      const refused = await world.trust('wrong', pem)
      assert.deepEqual([refused.status, refused.body.field], [400, 'publicKey'])
      assert.match(refused.body.detail, why)
    }
    assert.equal((await world.trust('one', pemOf(publicKey))).status, 201)
    assert.equal((await world.trust('one', pemOf(newKey().publicKey))).body.code, 'name_taken')
    assert.equal((await world.trust('two', pemOf(publicKey))).body.code, 'name_taken')
    assert.deepEqual(await world.keys(), ['one'])
  })
})
