import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ProtocolServer } from '../testing/protocol-server.ts'
import { TestAgent, until } from '../testing/test-agent.ts'

suite('agent', () => {
  test('a script runs to its end, and its log and exit code arrive', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: 'echo out; echo err >&2; echo last > /dev/stderr; exit 3', env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.log.toString(), 'out\nerr\nlast\n')
    assert.deepEqual(job.finish?.report, { outcome: 'failed', exitCode: 3, reason: 'It ended with exit code 3.' })
    assert.equal(job.finish.verdict, 'ended')
    assert.deepEqual(server.refusals, [])
    await agent.kill('SIGTERM')
    assert.equal(await agent.exitCode(), 0)
  })
})
