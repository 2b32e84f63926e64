import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { idOf } from '@lockstep/domain'
import { readPageFiles, type PageFiles } from '../src/http/page-files.ts'
import { startTestApi, type TestApi } from '../testing/api.ts'

const HTML = { accept: 'text/html,application/xhtml+xml' }
const GATE = idOf('gat', '01930000-0000-7000-8000-000000000001')
const SCRIPT = 'export const one = 1'

suite('the web page', () => {
  test('is answered to a browser under the address of each screen, and never kept', async () => {
    await using server = await startTestApi({ page: await builtPage() })
    for (const path of [
      '/',
      '/setup',
      `/gates/${GATE}?decision=approve`,
      '/settings/people/groups',
    ]) {
      const opened = await open(server, path)
      assert.equal(opened.status, 200, path)
      assert.match(opened.text, /<div id="page">/)
      assert.equal(opened.headers.get('cache-control'), 'no-store')
    }
  })

  test('runs no script that stands in the page, and none from elsewhere', async () => {
    await using server = await startTestApi({ page: await builtPage() })
    const policy = (await open(server, '/')).headers.get('content-security-policy') ?? ''
    assert.match(policy, /script-src 'self';/)
    assert.match(policy, /require-trusted-types-for 'script'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  })

  test('is answered with 404 where there is no screen, and not at all to programs', async () => {
    await using server = await startTestApi({ page: await builtPage() })
    assert.equal((await open(server, '/nowhere')).status, 404)
    for (const path of ['/', '/nowhere', `/gates/${GATE}`]) {
      const asked = await server.call('GET', path)
      assert.equal(asked.status, 404)
      assert.equal(asked.body.code, 'not_found')
    }
    assert.equal((await open(server, '/v1/nothing')).body.code, 'not_found')
  })

  test('changes nothing: other methods find nothing under its addresses', async () => {
    await using server = await startTestApi({ page: await builtPage() })
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answered = await server.call(method, `/gates/${GATE}`, { headers: HTML })
      assert.equal(answered.status, 404, method)
    }
  })

  test('lets browsers keep for good what is named by its digest, and compresses nothing twice', async () => {
    await using server = await startTestApi({ page: await builtPage() })
    const script = await server.call('GET', '/assets/main-3f2a.js')
    assert.equal(script.text, SCRIPT)
    assert.match(script.headers.get('cache-control') ?? '', /immutable/)
    assert.equal(script.headers.get('content-encoding'), 'gzip')
    const theme = await server.call('GET', '/theme.js')
    assert.equal(theme.headers.get('cache-control'), 'no-cache')
    const etag = theme.headers.get('etag') ?? ''
    const again = await server.call('GET', '/theme.js', { headers: { 'if-none-match': etag } })
    assert.equal(again.status, 304)
  })

  test('that was not built says so, and names the command for a gate', async () => {
    await using server = await startTestApi()
    const home = await open(server, '/')
    assert.equal(home.status, 503)
    assert.match(home.text, /npm start/)
    const gate = await open(server, `/gates/${GATE}?decision=approve`)
    assert.ok(gate.text.includes(`lockstep gate show ${GATE}`))
    assert.doesNotMatch(gate.text, /<(?:form|script|img|a)\b/)
    const other = await open(server, '/gates/%3Cscript%3Ealert(1)%3C%2Fscript%3E')
    assert.doesNotMatch(other.text, /<script|alert/)
  })
})

function open(server: TestApi, path: string): ReturnType<TestApi['call']> {
  return server.call('GET', path, { headers: HTML })
}

async function builtPage(): Promise<PageFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-page-'))
  try {
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<!doctype html><div id="page"></div>')
    await writeFile(join(folder, 'theme.js'), 'document.title')
    await writeFile(join(folder, 'assets/main-3f2a.js'), SCRIPT)
    await writeFile(join(folder, 'assets/main-3f2a.js.gz'), gzipSync(SCRIPT))
    await writeFile(join(folder, 'stamp.txt'), 'not served')
    const page = readPageFiles(folder)
    if (page === undefined) throw new Error('the page was not found')
    return page
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
