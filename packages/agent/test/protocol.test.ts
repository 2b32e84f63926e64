import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ProtocolServer } from '../testing/protocol-server.ts'
import { listMarked, TestAgent, until } from '../testing/test-agent.ts'

suite('an agent and its server', () => {
  test('stdout and stderr come in order; exit code and reason are told', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = 'echo out; echo err >&2; echo last > /dev/stderr; exit 3'
    const job = server.give({ kind: 'script', text, env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.log.toString(), 'out\nerr\nlast\n')
    assert.deepEqual(job.finish?.report, {
      outcome: 'failed',
      exitCode: 3,
      reason: 'It ended with exit code 3.',
    })
    assert.deepEqual(server.refusals, [])
    await agent.kill('SIGTERM')
    assert.equal(await agent.exitCode(), 0)
  })

  test('values reach the command as they are, and run nothing', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const value = `"; touch canary #\n$(touch canary) \`touch canary\` ' || touch canary -rf --help @/etc/passwd`
    const job = server.give(
      {
        kind: 'command',
        argv: [
          'sh',
          '-c',
          'printf "%s" "$VALUE" > env; printf "%s" "$1" > arg; cat > json',
          '--',
          value,
        ],
        env: { VALUE: value },
      },
      { parameters: { value, count: 3 } },
    )
    await until('the job has ended', () => job.finish !== undefined)
    const read = (name: string): string => readFileSync(join(agent.hostRoot, name), 'utf8')
    assert.equal(read('env'), value)
    assert.equal(read('arg'), value)
    assert.deepEqual(JSON.parse(read('json')), { value, count: 3 })
    assert.equal(existsSync(join(agent.hostRoot, 'canary')), false)
  })

  test('a command gets what the agent passes on and what the job says, and nothing else', async () => {
    await using server = await new ProtocolServer().start()
    const env = {
      LOCKSTEP_AGENT_PASS: 'DATABASE_URL',
      DATABASE_URL: 'db',
      AWS_SECRET: 'x',
      LD_LIBRARY_PATH: '/tmp',
    }
    await using agent = new TestAgent(server.url, { env }).start()
    const job = server.give({ kind: 'command', argv: ['env'], env: { CHANNEL: 'beta' } })
    await until('the job has ended', () => job.finish !== undefined)
    const names = job.log
      .toString()
      .split('\n')
      .map((line) => line.split('=')[0])
      .filter((name) => name !== '')
    const wanted = [
      'CHANNEL',
      'DATABASE_URL',
      'LOCKSTEP_ATTEMPT',
      'LOCKSTEP_ENVIRONMENT',
      'LOCKSTEP_HOST_ROOT',
      'LOCKSTEP_JOB',
      'LOCKSTEP_MARK',
      'LOCKSTEP_WORK',
      'PATH',
      'TMPDIR',
    ]
    assert.deepEqual(names.toSorted(), wanted)
    assert.equal(agent.pid > 0, true)
  })

  test('a lease that went to another fence is given up, its command ended, its end kept as evidence', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({
      kind: 'script',
      text: 'while :; do echo on; sleep 0.05; done',
      env: {},
    })
    await until('it runs', () => job.log.includes('on'))
    const mark = `${job.id}.${job.fence}`
    server.supersede(job)
    await until('the end was refused', () => server.setAside.length === 1)
    assert.equal(server.setAside[0]?.report.outcome, 'aborted')
    assert.deepEqual(listMarked(mark), [])
    assert.equal(job.finish, undefined)
    assert.equal(agent.pid > 0, true)
  })

  test('a lock token lower than one seen before is refused, also after a restart', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const newer = server.give({ kind: 'script', text: 'exit 0', env: {} }, { lockToken: 7 })
    await until('the first has ended', () => newer.finish !== undefined)
    await agent.kill()
    agent.start()
    const older = server.give({ kind: 'script', text: 'touch ran', env: {} }, { lockToken: 6 })
    await until('the second has ended', () => older.finish !== undefined)
    assert.equal(older.finish?.report.outcome, 'errored')
    assert.match(older.finish.report.reason ?? '', /^stale_lock_token/)
    assert.equal(existsSync(join(agent.hostRoot, 'ran')), false)
  })

  test('its key can be read by nobody else, and a wrong clock is corrected', async () => {
    await using server = await new ProtocolServer().start()
    server.clockAheadMs = 3_600_000
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: 'exit 0', env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(statSync(join(agent.stateDir, 'key')).mode & 0o777, 0o600)
    assert.equal(server.refusals[0], 'clock_differs')
  })

  test('with the end of a job it asks for another one, and begins what the answer brings', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const first = server.give({
      kind: 'script',
      text: 'while [ ! -e go ]; do sleep 0.02; done',
      env: {},
    })
    await until('the first runs', () => first.status === 'running')
    const others = [1, 2].map(() => server.give({ kind: 'script', text: 'exit 0', env: {} }))
    writeFileSync(join(agent.hostRoot, 'go'), '')
    await until('all have ended', () => others.every(({ finish }) => finish !== undefined))
    assert.equal(first.finish?.next?.freeSlots, 1)
    assert.deepEqual(first.finish.next.installed, undefined)
    assert.ok(first.finish.next.running.every(({ job }) => job !== first.id))
    assert.deepEqual(
      others.map(({ fence }) => fence),
      [1, 1],
    )
  })

  test('a drained agent takes nothing new', async () => {
    await using server = await new ProtocolServer().start()
    server.isDraining = true
    await using agent = new TestAgent(server.url).start()
    await until('it has polled', () => server.polls.length > 0)
    server.nudge()
    await until('it offers no slot', () => server.polls.at(-1)?.freeSlots === 0)
    assert.equal(agent.pid > 0, true)
  })

  test('with --once it ends after one job', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start('--once')
    const job = server.give({ kind: 'script', text: 'echo one', env: {} })
    const second = server.give({ kind: 'script', text: 'echo two', env: {} })
    assert.equal(await agent.exitCode(), 0)
    assert.equal(job.log.toString(), 'one\n')
    assert.equal(second.status, 'ready')
  })

  test('a second agent on the same state is refused with a sentence', async () => {
    await using server = await new ProtocolServer().start()
    await using first = new TestAgent(server.url).start()
    await until('the first polls', () => server.polls.length > 0)
    await using second = new TestAgent(server.url, { stateDir: first.stateDir }).start()
    assert.equal(await second.exitCode(), 2)
    assert.match(second.said, /belongs to a running agent/)
  })

  test('a wrong token ends the program with a sentence', async () => {
    await using server = await new ProtocolServer().start()
    const env = { LOCKSTEP_ENROL_TOKEN: 'lse_another-token-here' }
    await using agent = new TestAgent(server.url, { env }).start()
    assert.equal(await agent.exitCode(), 1)
    assert.match(agent.said, /Enrolment was refused/)
  })

  test('without contact and without work for too long it ends, for the service manager to begin afresh', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url, {
      env: { LOCKSTEP_AGENT_SILENCE_S: '1' },
    }).start()
    await until('it polls', () => server.polls.length > 0)
    server.down()
    assert.equal(await agent.exitCode(), 3)
  })
})
