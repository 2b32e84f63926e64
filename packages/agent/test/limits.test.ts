import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  readFileSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { mountSmallDisk, whyNoSmallDisk } from '@lockstep/testkit'
import { ProtocolServer } from '../testing/protocol-server.ts'
import { hasStopped, listMarked, TestAgent, until } from '../testing/test-agent.ts'

suite('the end of a command', () => {
  test('a cancelled job is ended with its whole tree, also a child in a session of its own', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text =
      'setsid sh -c "trap \\"\\" TERM; echo deep; sleep 60 & wait; sleep 60" & (sleep 60 &) ; echo begun; wait'
    const job = server.give({ kind: 'script', text, env: {} })
    const mark = (): string => `${job.id}.${job.fence}`
    await until('it runs', () => job.log.includes('begun') && job.log.includes('deep'))
    assert.ok(listMarked(mark()).length >= 4)
    server.cancel(job, 300)
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'aborted')
    assert.deepEqual(listMarked(mark()), [])
  })

  test('a job that was cancelled while the agent was away is ended when it is back', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: 'echo begun; sleep 60', env: {} })
    await until('it runs', () => job.log.includes('begun'))
    await agent.kill()
    server.cancel(job, 200)
    agent.start()
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'aborted')
  })

  test('a job that took too long has failed, and says so', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give(
      { kind: 'script', text: 'while :; do echo on; sleep 0.05; done', env: {} },
      { timeoutMs: 500 },
    )
    await until('the job has ended', () => job.finish !== undefined)
    assert.deepEqual(job.finish?.report, {
      outcome: 'failed',
      exitCode: null,
      reason: 'It was ended because it took longer than 0.5 s.',
    })
    assert.deepEqual(listMarked(`${job.id}.${job.fence}`), [])
    assert.equal(agent.said.includes('left alone'), false)
  })

  test('a job that falls silent has failed, and says so', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = 'echo begun; sleep 60'
    const job = server.give({ kind: 'script', text, env: {} }, { noOutputMs: 400 })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'failed')
    assert.equal(job.finish.report.reason, 'It was ended because it wrote nothing for 0.4 s.')
    assert.equal(agent.said.includes('left alone'), false)
  })

  test('what a command leaves running with its mark is ended; what dropped the mark lives on', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text =
      '(setsid sleep 61 >/dev/null 2>&1 &) ; env -u LOCKSTEP_MARK setsid sleep 62 >/dev/null 2>&1 & echo $! > service; exit 0'
    const job = server.give({ kind: 'script', text, env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    const service = Number(readFileSync(join(agent.hostRoot, 'service'), 'utf8'))
    assert.equal(job.finish?.report.outcome, 'succeeded')
    assert.deepEqual(listMarked(`${job.id}.${job.fence}`), [])
    assert.equal(process.kill(service, 'SIGKILL'), true)
  })

  test('a program that does not exist could not be run: errored, not failed', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'command', argv: ['no-such-program'], env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'errored')
    assert.match(job.finish.report.reason ?? '', /^no-such-program is not on the agent's PATH/)
    assert.equal(agent.said.includes('left alone'), false)
  })
})

suite('the log', () => {
  test('50 MB arrive byte by byte', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = 'i=0; while [ $i -lt 50 ]; do head -c 1048576 big; i=$((i+1)); done'
    const block = Buffer.alloc(1_048_576, 'lockstep \u0000 \u00e4\r\n')
    writeFileSync(join(agent.hostRoot, 'big'), block)
    const job = server.give({ kind: 'script', text, env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    const wanted = createHash('sha256')
    for (let count = 0; count < 50; count += 1) wanted.update(block)
    assert.equal(job.log.length, 50 * 1_048_576)
    assert.equal(createHash('sha256').update(job.log).digest('hex'), wanted.digest('hex'))
  })

  test('a log over its limit ends with a notice, and the command goes on', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = 'head -c 100000 /dev/zero | tr "\\0" x; echo; echo end > after'
    const job = server.give({ kind: 'script', text, env: {} }, { logBytesMax: 1000 })
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(
      job.log.toString(),
      `${'x'.repeat(1000)}\nlockstep: the log ends here, it has reached 1000 bytes\n`,
    )
    assert.equal(readFileSync(join(agent.hostRoot, 'after'), 'utf8'), 'end\n')
  })

  test('says when each line was written', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = 'echo a; while [ ! -e go ]; do sleep 0.02; done; sleep 0.3; echo b'
    const job = server.give({ kind: 'script', text, env: {} })
    await until('the first has come', () => job.log.includes('a\n'))
    writeFileSync(join(agent.hostRoot, 'go'), '')
    await until('the job has ended', () => job.finish !== undefined)
    const marks = job.marks
      .flatMap((chunk) => chunk.split(','))
      .map((mark) => mark.split(':').map(Number))
    const [first = 0, second = 0] = [marks[0]?.[1], marks.at(-1)?.[1]]
    assert.ok(second - first >= 300, `${first} … ${second}`)
  })

  test('secrets do not appear in it, also not cut in two or in base64', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text =
      'echo "key=$DEPLOY_KEY"; printf hunter; sleep 0.2; printf "2-secret\\n"; printf "%s" "$DEPLOY_KEY" | base64; echo end'
    const env = { DEPLOY_KEY: 'hunter2-secret' }
    const job = server.give({ kind: 'script', text, env }, { secrets: ['DEPLOY_KEY'] })
    await until('the job has ended', () => job.finish !== undefined)
    const log = job.log.toString()
    assert.equal(/hunter2|aHVudGVy/.test(log), false, log)
    assert.match(log, /^key=••••••••\n••••••••\n/)
    assert.match(log, /end\n$/)
    assert.equal(agent.pid > 0, true)
  })

  test(
    'a full disk stops the command until there is room, and loses nothing',
    { skip: whyNoSmallDisk() },
    async () => {
      await using disk = await mountSmallDisk(96)
      await using server = await new ProtocolServer().start()
      await using agent = new TestAgent(server.url, { disk }).start()
      const text =
        'echo begun; while [ ! -e go ]; do sleep 0.02; done; head -c 8388608 /dev/zero | tr "\\0" y; echo; echo end'
      const job = server.give({ kind: 'script', text, env: {} })
      await until('it runs', () => job.log.includes('begun'))
      disk.fill()
      writeFileSync(join(agent.hostRoot, 'go'), '')
      await until('the disk is full', () => isStuck(job, agent))
      await until('nothing more comes', () => hasStopped(job))
      assert.equal(job.finish === undefined, true)
      disk.free()
      await until('the job has ended', () => job.finish !== undefined)
      assert.equal(job.finish?.report.outcome, 'succeeded')
      assert.equal(job.log.toString(), `begun\n${'y'.repeat(8_388_608)}\nend\n`)
    },
  )

  test(
    'on a full disk a job ends in the journal when there is room, and no other begins before',
    { skip: whyNoSmallDisk() },
    async () => {
      await using disk = await mountSmallDisk(96)
      await using server = await new ProtocolServer().start()
      await using agent = new TestAgent(server.url, { disk }).start()
      const count = 'echo $LOCKSTEP_JOB >> count'
      const countOf = (): number =>
        readFileSync(join(agent.hostRoot, 'count'), 'utf8').split('\n').length - 1
      const text = `echo begun; while [ ! -e go ]; do sleep 0.02; done; ${count}; touch done`
      const first = server.give({ kind: 'script', text, env: {} })
      await until('it runs', () => first.log.includes('begun'))
      const journal = agent.journalPath(first)
      await until('that is noted', () => readFileSync(journal, 'utf8').includes('"logged"'))
      fillLastPage(journal)
      disk.fill()
      writeFileSync(join(agent.hostRoot, 'go'), '')
      const second = server.give({ kind: 'script', text: count, env: {} })
      await until('the first has done its work', () => existsSync(join(agent.hostRoot, 'done')))
      await until('nothing more comes', () => hasStopped(first))
      assert.deepEqual([first.finish, second.finish, countOf()], [undefined, undefined, 1])
      disk.free()
      await until('both have ended', () =>
        [first, second].every(({ finish }) => finish !== undefined),
      )
      assert.deepEqual(
        [first.finish?.report.outcome, second.finish?.report.outcome, countOf()],
        ['succeeded', 'succeeded', 2],
      )
    },
  )
})

/** A file takes whole pages of a disk: what is appended after this needs room. */
function fillLastPage(path: string): void {
  const { size } = statSync(path)
  const { bsize } = statfsSync(path)
  const line = '{"type":"padding"}'
  appendFileSync(path, `${line}${' '.repeat(bsize - ((size + line.length + 1) % bsize))}\n`)
}

/** The disk is full and the command still runs. */
function isStuck(job: { id: string; fence: number }, agent: TestAgent): boolean {
  const { bavail, bsize } = statfsSync(agent.stateDir)
  return bavail * bsize < 65_536 && listMarked(`${job.id}.${job.fence}`).length > 0
}
