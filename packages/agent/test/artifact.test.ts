import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { JobEnvelope } from '@lockstep/contract/agent'
import { ProtocolServer } from '../testing/protocol-server.ts'
import type { TestJob } from '../testing/protocol-server.ts'
import { TestAgent, until } from '../testing/test-agent.ts'

const COMPONENT = { project: 'p', application: 'backend', name: 'api' }
type Entry = Parameters<ReturnType<typeof pack>['entry']>[0] & { content?: string }

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack()
  for (const { content, ...header } of entries) {
    if (content === undefined) tar.entry(header)
    else tar.entry(header, content)
  }
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const version = (text: string) =>
  archive([
    { name: 'bin/', type: 'directory' },
    { name: 'bin/run', mode: 0o4755, content: `#!/bin/sh\necho ${text}\n` },
    { name: 'VERSION', content: text },
    { name: 'current', type: 'symlink', linkname: 'bin/run' },
  ])

function place(
  server: ProtocolServer,
  bytes: Buffer,
  name: string,
  more: Partial<JobEnvelope> = {},
): TestJob {
  const digest = server.store(bytes)
  const artifact = { component: 'api', version: name, digest, sizeBytes: bytes.length }
  const to = { version: name, digest }
  return server.give(
    { kind: 'artifact', artifact, into: '/srv/api' },
    { component: COMPONENT, to, ...more },
  )
}

async function ended(job: TestJob): Promise<NonNullable<TestJob['finish']>['report']> {
  await until('the job has ended', () => job.finish !== undefined)
  assert.ok(job.finish)
  return job.finish.report
}

suite('placing an artifact', () => {
  test('puts the new version in place of the old, reports what runs, and keeps what may still run', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const [one, two] = [await version('one'), gzipSync(await version('two'))]
    const first = await ended(place(server, one, '1.0'))
    assert.deepEqual(first.runs, { version: '1.0', digest: server.store(one) })
    const second = await ended(
      place(server, two, '2.0', { from: { version: '1.0', digest: server.store(one) } }),
    )
    assert.deepEqual(second, {
      outcome: 'succeeded',
      exitCode: null,
      reason: null,
      runs: { version: '2.0', digest: server.store(two) },
    })
    const at = (path: string) => join(agent.hostRoot, 'srv/api', path)
    assert.equal(readFileSync(at('VERSION'), 'utf8'), 'two')
    assert.equal(readFileSync(at('current'), 'utf8'), '#!/bin/sh\necho two\n')
    assert.equal(statSync(at('bin/run')).mode & 0o7777, 0o755)
    assert.equal(statSync(at('VERSION')).mode & 0o7777, 0o644)
    assert.equal(readdirSync(join(agent.hostRoot, 'srv/api.versions')).length, 2)
  })

  test('is the same when it is repeated, and needs no bytes then; also from zstd', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const bytes = zstdCompressSync(await version('one'))
    await ended(place(server, bytes, '1.0'))
    const again = place(server, bytes, '1.0')
    server.blobs.clear()
    assert.equal((await ended(again)).outcome, 'succeeded')
    assert.equal(readdirSync(join(agent.hostRoot, 'srv/api.versions')).length, 1)
  })

  test('refuses to act when something else is there than the plan saw', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const [one, two, three] = [await version('one'), await version('two'), await version('three')]
    await ended(place(server, one, '1.0'))
    const report = await ended(
      place(server, two, '2.0', { from: { version: '3.0', digest: server.store(three) } }),
    )
    assert.equal(report.outcome, 'failed')
    assert.match(report.reason ?? '', /^reality_moved: the plan saw 3\.0 .* but there is 1\.0/)
    assert.deepEqual(report.runs, { version: '1.0', digest: server.store(one) })
    assert.equal(readFileSync(join(agent.hostRoot, 'srv/api/VERSION'), 'utf8'), 'one')
  })

  test('goes on with the next link of its chain, which finds the new version there', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const [one, two] = [await version('one'), await version('two')]
    const [from, to] = [
      { version: '1.0', digest: server.store(one) },
      { version: '2.0', digest: server.store(two) },
    ]
    await ended(place(server, one, '1.0'))
    await ended(place(server, two, '2.0', { from }))
    const restart = server.give(
      { kind: 'command', argv: ['srv/api/bin/run'], env: {} },
      { component: COMPONENT, from, to },
    )
    assert.deepEqual((await ended(restart)).runs, to)
    assert.equal(restart.log.toString(), 'two\n')
    assert.equal(agent.pid > 0, true)
  })

  test('the same bytes of two components have the version of each, also after a restart of the agent', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url, { env: { LOCKSTEP_AGENT_VERIFY_S: '1' } }).start()
    const bytes = await version('the same')
    const digest = server.store(bytes)
    const other = { ...COMPONENT, application: 'firmware' }
    await ended(place(server, bytes, '1.12.3'))
    const artifact = { component: 'api', version: '1.8.4', digest, sizeBytes: bytes.length }
    const second = server.give(
      { kind: 'artifact', artifact, into: '/srv/firmware' },
      { component: other, to: { version: '1.8.4', digest } },
    )
    assert.deepEqual((await ended(second)).runs, { version: '1.8.4', digest })
    await agent.kill()
    server.polls.length = 0
    agent.start()
    const told = () =>
      server.polls.findLast(({ installed }) => installed !== undefined)?.installed ?? []
    await until('told what runs', () => told().length === 2)
    assert.deepEqual(
      told().map(({ component, runs }) => [component.application, runs?.version]),
      [
        ['backend', '1.12.3'],
        ['firmware', '1.8.4'],
      ],
    )
  })

  test('a place that another environment has is refused until it is undeployed there; then it is free, both ways', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const inside = (name: string, n: number) => {
      const id = `env_0000000000000000000000000${n}` as NonNullable<
        JobEnvelope['environment']
      >['id']
      return { environment: { id, name }, lockToken: 1 }
    }
    const [trial, production] = [inside('test', 1), inside('production', 2)]
    const [one, two, three] = [await version('one'), await version('two'), await version('three')]
    const undeploy = (where: typeof trial) =>
      server.give(
        { kind: 'command', argv: ['true'], env: {} },
        { component: COMPONENT, removes: true, ...where },
      )
    const there = () => readFileSync(join(agent.hostRoot, 'srv/api/VERSION'), 'utf8')
    await ended(place(server, two, '2', production))
    const refused = await ended(place(server, one, '1', trial))
    assert.equal(refused.outcome, 'errored')
    assert.match(
      refused.reason ?? '',
      /^\/srv\/api on this host holds api of environment production; .* undeploy it in production first\./,
    )
    assert.equal(there(), 'two')
    assert.equal((await ended(undeploy(production))).runs, null)
    assert.equal((await ended(place(server, one, '1', trial))).outcome, 'succeeded')
    assert.equal((await ended(place(server, three, '3', trial))).outcome, 'succeeded')
    const late = await ended(place(server, two, '2', production))
    assert.match(late.reason ?? '', /holds api of environment test/)
    const told = () =>
      server.polls.findLast(({ installed }) => installed !== undefined)?.installed ?? []
    await until('both are told', () => told().length === 2)
    assert.deepEqual(
      new Map(told().map(({ environment, runs }) => [environment, runs?.version])),
      new Map([
        [production.environment.id, undefined],
        [trial.environment.id, '3'],
      ]),
    )
  })

  test('a changed file is drift: told with the next look, and repaired by deploying again', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url, { env: { LOCKSTEP_AGENT_VERIFY_S: '1' } }).start()
    const bytes = await version('one')
    await ended(place(server, bytes, '1.0'))
    const told = () =>
      server.polls.findLast(({ installed }) => installed !== undefined)?.installed?.[0]
    await until('told what runs', () => told()?.verified === true)
    appendFileSync(join(agent.hostRoot, 'srv/api/VERSION'), '-patched')
    await until('told the drift', () => told()?.verified === false)
    assert.equal(told()?.runs?.version, '1.0 (changed)')
    const digest = told()?.runs?.digest
    assert.notEqual(digest, server.store(bytes))
    const repair = await ended(
      place(server, bytes, '1.0', {
        from: { version: 'x', digest: digest ?? server.store(bytes) },
      }),
    )
    assert.deepEqual(repair.runs, { version: '1.0', digest: server.store(bytes) })
    assert.equal(readFileSync(join(agent.hostRoot, 'srv/api/VERSION'), 'utf8'), 'one')
  })

  test('drift that comes again as it was is told at once, although the poll that told of its end is still held', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url, { env: { LOCKSTEP_AGENT_VERIFY_S: '1' } }).start()
    const bytes = await version('one')
    const untilTold = async (isVerified: boolean): Promise<void> => {
      const before = server.polls.length
      await until(`told, verified: ${isVerified}`, () =>
        server.polls.slice(before).some(({ installed }) => installed?.[0]?.verified === isVerified),
      )
    }
    const patch = () => appendFileSync(join(agent.hostRoot, 'srv/api/VERSION'), '-patched')
    await ended(place(server, bytes, '1.0'))
    await until('told what runs', () =>
      server.polls.some(({ installed }) => installed?.[0]?.verified === true),
    )
    patch()
    await untilTold(false)
    const repaired = untilTold(true)
    await ended(place(server, bytes, '1.0'))
    await repaired
    const held = server.polls.length
    patch()
    await untilTold(false)
    assert.equal(server.polls[held]?.installed?.[0]?.verified, false)
  })

  test('an added and a removed file are drift, found anew when the server asks', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    await ended(place(server, await version('one'), '1.0'))
    writeFileSync(join(agent.hostRoot, 'srv/api/plugin'), 'x')
    rmSync(join(agent.hostRoot, 'srv/api/VERSION'))
    const look = server.give({ kind: 'command', argv: ['true'], env: {} }, { component: COMPONENT })
    assert.equal((await ended(look)).runs?.version, '1.0 (changed)')
    assert.equal(
      look.log.toString(),
      'lockstep: not as it was placed: VERSION is gone\nlockstep: not as it was placed: plugin was added\n',
    )
    server.askToVerify = true
    const before = server.polls.length
    server.nudge()
    await until('told again', () =>
      server.polls.slice(before).some(({ installed }) => installed?.[0]?.verified === false),
    )
  })

  test('undeploying takes the component away and says that it is gone', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    await ended(place(server, await version('one'), '1.0'))
    const report = await ended(
      server.give(
        { kind: 'command', argv: ['true'], env: {} },
        { component: COMPONENT, removes: true },
      ),
    )
    assert.equal(report.runs, null)
    assert.deepEqual(readdirSync(join(agent.hostRoot, 'srv')), [])
  })

  test('a folder that Lockstep did not make is left alone', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    mkdirSync(join(agent.hostRoot, 'srv/api'), { recursive: true })
    const report = await ended(place(server, await version('one'), '1.0'))
    assert.equal(report.outcome, 'errored')
    assert.match(report.reason ?? '', /was not put there by Lockstep/)
  })

  test('a place behind a link that leads out of the host is refused', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    mkdirSync(join(agent.folder, 'outside'))
    symlinkSync(join(agent.folder, 'outside'), join(agent.hostRoot, 'srv'))
    const report = await ended(place(server, await version('one'), '1.0'))
    assert.equal(report.outcome, 'errored')
    assert.deepEqual(readdirSync(join(agent.folder, 'outside')), [])
  })

  test('bytes with another digest than was promised are not used', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const bytes = await version('one')
    const job = place(server, bytes, '1.0')
    server.blobs.set(server.store(bytes), Buffer.from(bytes.toReversed()))
    const report = await ended(job)
    assert.match(report.reason ?? '', /has another digest/)
    assert.deepEqual(readdirSync(agent.hostRoot), [])
  })
})

const LONG = 'd/'.repeat(80)
const ATTACKS: Readonly<Record<string, readonly Entry[]>> = {
  'a path upwards': [{ name: '../x', content: 'x' }],
  'a path upwards in the middle': [{ name: 'a/../../x', content: 'x' }],
  'an absolute path': [{ name: '/tmp/x', content: 'x' }],
  'a drive': [{ name: 'C:/x', content: 'x' }],
  'a backslash': [{ name: '..\\x', content: 'x' }],
  'a line break in a name': [{ name: 'a\nb', content: 'x' }],
  'a link out': [{ name: 'l', type: 'symlink', linkname: '../../x' }],
  'an absolute link': [{ name: 'l', type: 'symlink', linkname: '/etc' }],
  'a file through a link': [
    { name: 'l', type: 'symlink', linkname: 'd' },
    { name: 'l/x', content: 'x' },
  ],
  'a link that replaces a folder': [
    { name: 'd/x', content: 'x' },
    { name: 'd', type: 'symlink', linkname: 'e' },
  ],
  'a link upwards behind a link': [
    { name: 'a/b/d', type: 'symlink', linkname: '../..' },
    { name: 'a/b/e', type: 'symlink', linkname: 'd/../x' },
  ],
  'a hard link': [{ name: 'l', type: 'link', linkname: '/etc/passwd' }],
  'a device': [{ name: 'd', type: 'character-device', devmajor: 1, devminor: 3 }],
  'a named pipe': [{ name: 'p', type: 'fifo' }],
  'the same name twice': [
    { name: 'x', content: '1' },
    { name: 'x', content: '2' },
  ],
  'names that differ in case': [
    { name: 'Read', content: '1' },
    { name: 'read', content: '2' },
  ],
  'folders without end': [{ name: `${LONG}x`, content: 'x' }],
  'a name of 300 letters': [{ name: 'n'.repeat(300), content: 'x' }],
}

suite('an archive is refused, and nothing outside is touched, when it has', () => {
  // One agent for all of them: a refusal leaves its host as it was.
  const stack = new AsyncDisposableStack()
  let server: ProtocolServer
  let agent: TestAgent
  before(async () => {
    server = stack.use(await new ProtocolServer().start())
    agent = stack.use(new TestAgent(server.url).start())
  })
  after(() => stack.disposeAsync())

  for (const [what, entries] of Object.entries(ATTACKS)) {
    test(what, async () => {
      const report = await ended(place(server, await archive(entries), '1.0'))
      assert.equal(report.outcome, 'errored')
      assert.match(report.reason ?? '', /^The archive is refused/)
      assert.deepEqual(
        readdirSync(join(agent.hostRoot), { recursive: true, encoding: 'utf8' }).toSorted(),
        ['srv', 'srv/api.versions'],
      )
      assert.equal(report.runs, undefined)
    })
  }

  test('much more in it than its size lets expect', async () => {
    const bomb = gzipSync(
      await archive([{ name: 'zeros', content: '0'.repeat(100 * 1024 * 1024) }]),
    )
    const report = await ended(place(server, bomb, '1.0'))
    assert.match(report.reason ?? '', /would grow to more than/)
    assert.deepEqual(readdirSync(join(agent.hostRoot, 'srv/api.versions')), [])
  })

  test('its end cut off', async () => {
    const whole = gzipSync(await version('one'))
    const report = await ended(place(server, whole.subarray(0, whole.length - 20), '1.0'))
    assert.match(report.reason ?? '', /^The archive is damaged/)
    assert.throws(() => readlinkSync(join(agent.hostRoot, 'srv/api')))
  })
})
