import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConfigFault, parseConfig } from './config.ts'

const ENV = {
  LOCKSTEP_SERVER: 'https://lockstep.example.com',
  LOCKSTEP_AGENT_NAME: 'eu-1',
  PATH: '/bin',
}

suite('configuration of an agent', () => {
  test('passes on what is named and a short list, nothing else', () => {
    const env = {
      ...ENV,
      LOCKSTEP_AGENT_PASS: 'DATABASE_URL PORT_BASE',
      DATABASE_URL: 'db',
      SECRET: 'x',
    }
    assert.deepEqual(parseConfig(env, []).commandEnv, { PATH: '/bin', DATABASE_URL: 'db' })
  })

  test('where compiled code is kept reaches supervisors, and no command', () => {
    const config = parseConfig({ ...ENV, NODE_COMPILE_CACHE: '/cache', SECRET: 'x' }, [])
    assert.deepEqual(config.supervisorEnv, { NODE_COMPILE_CACHE: '/cache' })
    assert.deepEqual(config.commandEnv, { PATH: '/bin' })
  })

  test('plain http is for this machine only', () => {
    for (const server of ['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:1']) {
      assert.equal(parseConfig({ ...ENV, LOCKSTEP_SERVER: server }, []).server, server)
    }
    for (const server of [
      'http://example.com',
      'http://127.0.0.1.example.com',
      'http://10.0.0.1',
      'ftp://x',
      'x',
      undefined,
    ]) {
      assert.throws(() => parseConfig({ ...ENV, LOCKSTEP_SERVER: server }, []), ConfigFault)
    }
  })

  test('a setting that cannot be used is refused by name', () => {
    const wrong: readonly [string, string][] = [
      ['LOCKSTEP_AGENT_NAME', 'two words'],
      ['LOCKSTEP_AGENT_LABELS', 'Upper'],
      ['LOCKSTEP_AGENT_ROOT', 'relative'],
      ['LOCKSTEP_AGENT_PASS', 'A=B'],
      ['LOCKSTEP_AGENT_SLOTS', '0'],
    ]
    for (const [name, value] of wrong) {
      assert.throws(
        () => parseConfig({ ...ENV, [name]: value }, []),
        new RegExp(`^ConfigFault: ${name}`),
      )
    }
    assert.throws(() => parseConfig(ENV, ['--twice']), ConfigFault)
    assert.equal(parseConfig(ENV, ['--once']).isOnce, true)
  })
})
