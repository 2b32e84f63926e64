import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { WorkMessage } from '@lockstep/contract/agent'
import { digestOf, ProtocolServer } from '../testing/protocol-server.ts'
import type { TestJob } from '../testing/protocol-server.ts'
import { TestAgent, until } from '../testing/test-agent.ts'

type SourceWork = Extract<WorkMessage, { kind: 'source_command' }>

function makeRepository(agent: TestAgent): { url: string; commit: string } {
  const folder = join(agent.folder, 'repository')
  mkdirSync(folder)
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args],
      { encoding: 'utf8' },
    ).trim()
  git('init', '--quiet', '-b', 'main')
  writeFileSync(join(folder, 'VERSION'), '2.0.0-rc.4\n')
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  const commit = git('rev-parse', 'HEAD')
  writeFileSync(join(folder, 'VERSION'), 'later\n')
  git('commit', '--quiet', '-am', 'two')
  return { url: `file://${folder}`, commit }
}

function work(
  source: SourceWork['source'],
  script: string,
  more: Partial<SourceWork> = {},
): SourceWork {
  return {
    kind: 'source_command',
    purpose: 'build',
    source,
    argv: ['sh', '-c', script],
    env: {},
    versionFile: null,
    artifacts: {},
    reports: null,
    sbom: null,
    ...more,
  }
}

async function ended(job: TestJob): Promise<NonNullable<TestJob['finish']>> {
  await until('the job has ended', () => job.finish !== undefined)
  assert.ok(job.finish)
  return job.finish
}

suite('a command in one commit', () => {
  test('builds exactly this commit; artifacts, version, reports and bill of materials are stored by digest', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url)
    const source = { repository: 'r', ...makeRepository(agent), protocols: ['file' as const] }
    agent.start()
    const script =
      'mkdir -p dist reports; head -c 5000000 /dev/zero > dist/api.tgz; echo "<a/>" > reports/1.xml; echo "<b/>" > reports/2.xml; echo "{}" > sbom.json; cat VERSION'
    const job = server.give(
      work(source, script, {
        versionFile: 'VERSION',
        artifacts: { api: 'dist/api.tgz' },
        reports: 'reports/*.xml',
        sbom: 'sbom.json',
      }),
    )
    const { report, reports, sbom } = await ended(job)
    const digest = digestOf(Buffer.alloc(5_000_000))
    assert.deepEqual(report, {
      outcome: 'succeeded',
      exitCode: 0,
      reason: null,
      version: '2.0.0-rc.4',
      artifacts: [{ component: 'api', version: '2.0.0-rc.4', digest, sizeBytes: 5_000_000 }],
    })
    assert.deepEqual(
      reports.map(({ path }) => path),
      ['reports/1.xml', 'reports/2.xml'],
    )
    assert.equal(server.blobs.get(reports[0]?.digest ?? '')?.toString(), '<a/>\n')
    assert.equal(server.blobs.get(sbom?.digest ?? '')?.toString(), '{}\n')
    assert.equal(server.blobs.get(digest)?.length, 5_000_000)
    await until(
      'the work folder is gone',
      () => readdirSync(join(agent.stateDir, 'work')).length === 0,
    )
  })

  test('begins an upload again that the server has forgotten', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    server.forgetUpload = true
    const job = server.give(work(null, 'echo bits > a', { artifacts: { api: 'a' } }))
    const { report } = await ended(job)
    assert.equal(report.outcome, 'succeeded')
    assert.equal(server.blobs.get(digestOf(Buffer.from('bits\n')))?.toString(), 'bits\n')
  })

  test('tests that fail leave their reports, and their work folder for a look', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give(
      work(null, 'echo "<a/>" > r.xml; exit 1', { purpose: 'test', reports: '*.xml' }),
    )
    const { report, reports } = await ended(job)
    assert.equal(report.outcome, 'failed')
    assert.equal(reports.length, 1)
    await until('cleaned', () => agent.journalTexts().some((text) => text.includes('acknowledged')))
    assert.equal(existsSync(join(agent.stateDir, 'work', `${job.id}.1`, 'source', 'r.xml')), true)
  })

  test('a file that was promised and is not there makes a success an error; a link out of the folder is no file', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const gone = await ended(
      server.give(work(null, 'true', { artifacts: { api: 'dist/api.tgz' } })),
    )
    const linked = await ended(
      server.give(work(null, 'ln -s /etc/passwd out', { artifacts: { api: 'out' } })),
    )
    for (const { report } of [gone, linked]) {
      assert.equal(report.outcome, 'errored')
      assert.match(report.reason ?? '', /is not a file in the work folder/)
    }
    assert.equal(agent.pid > 0, true)
  })

  test('git uses no transport that was not named, and runs nothing from an address', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url)
    const { commit, url } = makeRepository(agent)
    agent.start()
    const canary = join(agent.folder, 'canary')
    const urls = [`ext::sh -c touch% ${canary}`, url, `ssh://-oProxyCommand=touch%20${canary}/x`]
    for (const each of urls) {
      const source = {
        repository: 'r',
        url: each,
        commit,
        protocols: ['https' as const, 'ssh' as const],
      }
      const { report } = await ended(server.give(work(source, 'true')))
      assert.equal(report.outcome, 'errored')
      assert.match(report.reason ?? '', /^The commit could not be fetched/)
    }
    assert.equal(existsSync(canary), false)
  })
})

suite('an HTTP check', () => {
  test('succeeds when the address answers as it should, and fails with the last answer when it does not', async () => {
    let status = 503
    const target = createServer((_request, response) => response.writeHead(status).end())
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/healthz`
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const check = { kind: 'http_check' as const, url, status: 200, withinMs: 300, everyMs: 100 }
    const bad = await ended(server.give(check))
    assert.equal(
      bad.report.reason,
      `${url} did not answer 200 within 0.3 s; at last it answers 503.`,
    )
    const good = server.give({ ...check, withinMs: 10_000 })
    await until('it has asked', () => good.log.length > 0)
    status = 200
    assert.equal((await ended(good)).report.outcome, 'succeeded')
    target.close()
    assert.equal(agent.pid > 0, true)
  })
})
