import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enrolCommand, parseLabels } from './enrol-words.ts'

test('the command to enrol names the server, the agent and its token', () => {
  assert.equal(
    enrolCommand({ server: 'https://lockstep.example.test', name: 'eu-1', token: 'lse_abc' }),
    `LOCKSTEP_SERVER=https://lockstep.example.test \\
  LOCKSTEP_AGENT_NAME=eu-1 \\
  LOCKSTEP_ENROL_TOKEN=lse_abc \\
  node /usr/lib/lockstep/lockstep-agent.cjs`,
  )
})

test('labels are typed with commas or spaces, each once', () => {
  assert.deepEqual(parseLabels(' linux, bench linux '), ['linux', 'bench'])
  assert.deepEqual(parseLabels(''), [])
})
