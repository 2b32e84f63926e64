import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ProtocolServer } from '../testing/protocol-server.ts'
import { listMarked, TestAgent, until } from '../testing/test-agent.ts'

/** Writes to a file of the host each time it begins, so that a test can count how often it ran. */
const COUNTED = 'echo run >> runs; '

function countRuns(agent: TestAgent): number {
  return readFileSync(join(agent.hostRoot, 'runs'), 'utf8').split('run').length - 1
}

suite('an agent that is killed', () => {
  test('finds its running job again: it runs once and no byte of the log is missing', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = `${COUNTED} i=0; while [ $i -lt 40 ]; do echo "line $i"; i=$((i+1)); sleep 0.05; done`
    const job = server.give({ kind: 'script', text, env: {} })
    for (const soFar of ['line 5\n', 'line 20\n']) {
      await until(soFar, () => job.log.includes(soFar))
      await agent.kill()
      agent.start()
    }
    await until('the job has ended', () => job.finish !== undefined)
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`)
    assert.equal(job.log.toString(), lines.join(''))
    assert.equal(countRuns(agent), 1)
    assert.equal(job.finish?.report.outcome, 'succeeded')
  })

  test('tells the end of a job that ended while it was away', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({
      kind: 'script',
      text: `${COUNTED} echo begun; while [ ! -e go ]; do sleep 0.02; done; echo done; exit 7`,
      env: {},
    })
    await until('it runs', () => job.log.includes('begun'))
    await agent.kill()
    writeFileSync(join(agent.hostRoot, 'go'), '')
    await until('it ended', () =>
      agent.journalTexts().some((journal) => journal.includes('exited')),
    )
    agent.start()
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.log.toString(), 'begun\ndone\n')
    assert.equal(job.finish?.report.exitCode, 7)
    assert.equal(countRuns(agent), 1)
  })

  test('answers from its journal when a lease is offered again whose end it had told', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: `${COUNTED} echo once`, env: {} })
    await until('the job has ended', () => job.finish !== undefined)
    await until('acknowledged', () =>
      agent.journalTexts().some((text) => text.includes('acknowledged')),
    )
    // A server that was restored from a backup knows of no end.
    Object.assign(job, { status: 'leased', finish: undefined })
    server.nudge()
    await until('told again', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'succeeded')
    assert.equal(countRuns(agent), 1)
  })

  test('runs a job once, at whatever moment of its beginning it was killed', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const moments = [0, 5, 10, 15, 20, 30, 40, 60, 80, 100, 130, 160, 200]
    for (const ms of moments) {
      const job = server.give({ kind: 'script', text: `${COUNTED} echo done`, env: {} })
      await until('it is begun', () => job.status === 'running')
      await agent.killAfter(ms)
      agent.start()
      await until('the job has ended', () => job.finish !== undefined)
      assert.equal(job.finish?.verdict, 'ended', `killed after ${ms} ms`)
      assert.equal(job.log.toString(), 'done\n')
    }
    assert.equal(countRuns(agent), moments.length)
  })

  test('repeats what the server did not answer, and nothing happens twice', async () => {
    await using server = await new ProtocolServer().start()
    server.dropAnswersTo.push('/start', '/log', '/finish', '/poll')
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: `${COUNTED} echo one`, env: {} })
    await until('acknowledged', () =>
      agent.journalTexts().some((text) => text.includes('acknowledged')),
    )
    assert.equal(job.log.toString(), 'one\n')
    assert.equal(countRuns(agent), 1)
  })
})

suite('a supervisor that is killed', () => {
  test('leaves a job that is lost: told so, its processes ended, never begun again', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: `${COUNTED} echo begun; sleep 60`, env: {} })
    await until('it runs', () => job.log.includes('begun'))
    process.kill(agent.supervisorPid(job), 'SIGKILL')
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.verdict, 'lost')
    assert.match(job.finish.report.reason ?? '', /nobody can say how it ended/)
    assert.deepEqual(listMarked(`${job.id}.${job.fence}`), [])
    assert.equal(countRuns(agent), 1)
  })

  test('is lost as well when the agent was killed with it', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({ kind: 'script', text: `${COUNTED} echo begun; sleep 60`, env: {} })
    await until('it runs', () => job.log.includes('begun'))
    await agent.kill()
    process.kill(agent.supervisorPid(job), 'SIGKILL')
    agent.start()
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.verdict, 'lost')
    assert.equal(countRuns(agent), 1)
  })

  test('a journal whose last line was cut off is read without it', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({
      kind: 'script',
      text: `${COUNTED} echo begun; while [ ! -e go ]; do sleep 0.02; done`,
      env: {},
    })
    await until('it runs', () => job.log.includes('begun'))
    await agent.kill()
    const journal = join(agent.stateDir, 'jobs', `${job.id}.${job.fence}`, 'journal')
    appendFileSync(journal, '{"type":"exi')
    writeFileSync(join(agent.hostRoot, 'go'), '')
    agent.start()
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.finish?.report.outcome, 'succeeded')
  })
})

suite('a server that is away', () => {
  test('gets the whole log and the end when it is back', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const job = server.give({
      kind: 'script',
      text: 'echo a; while [ ! -e go ]; do sleep 0.02; done; echo b',
      env: {},
    })
    await until('it runs', () => job.log.includes('a'))
    server.down()
    writeFileSync(join(agent.hostRoot, 'go'), '')
    await until('it ended', () => agent.journalTexts().some((text) => text.includes('exited')))
    server.up()
    await until('the job has ended', () => job.finish !== undefined)
    assert.equal(job.log.toString(), 'a\nb\n')
  })
})

suite('a job that the server does not know', () => {
  test('is not ended in its middle: a restored server has not said that it must stop', async () => {
    await using server = await new ProtocolServer().start()
    await using agent = new TestAgent(server.url).start()
    const text = `${COUNTED} echo a; while [ ! -e go ]; do echo on; sleep 0.05; done; echo whole > whole`
    const job = server.give({ kind: 'script', text, env: {} })
    await until('it runs', () => job.log.includes('on'))
    server.jobs.splice(0)
    await until('it was told', () => server.refusals.includes('not_found'))
    writeFileSync(join(agent.hostRoot, 'go'), '')
    await until('acknowledged', () =>
      agent.journalTexts().some((each) => each.includes('acknowledged')),
    )
    assert.equal(readFileSync(join(agent.hostRoot, 'whole'), 'utf8'), 'whole\n')
  })
})
