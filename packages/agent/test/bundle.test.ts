import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { bundleAgent } from '../../../scripts/bundle-agent.ts'
import { ProtocolServer } from '../testing/protocol-server.ts'
import { TestAgent, until } from '../testing/test-agent.ts'

suite('the agent as one file', () => {
  test('enrols, places an artifact and runs a job, with nothing beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-bundle-'))
    try {
      const program = join(folder, 'lockstep-agent.cjs')
      await bundleAgent(program)
      assert.ok(statSync(program).size < 400_000)
      await using server = await new ProtocolServer().start()
      await using agent = new TestAgent(server.url, { program }).start()
      const job = server.give({ kind: 'command', argv: ['echo', 'bundled'], env: {} })
      await until('the job has ended', () => job.finish !== undefined)
      assert.equal(job.log.toString(), 'bundled\n')
      const digest = server.store(Buffer.from('no archive'))
      const artifact = { component: 'c', version: '1', digest, sizeBytes: 10 }
      const broken = server.give({ kind: 'artifact', artifact, into: '/srv/c' })
      await until('the second has ended', () => broken.finish !== undefined)
      assert.match(broken.finish?.report.reason ?? '', /^The archive is damaged/)
      assert.equal(agent.said.includes('left alone'), false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
