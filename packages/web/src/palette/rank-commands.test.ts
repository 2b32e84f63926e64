import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Command } from './command-registry.ts'
import { rankCommands } from './rank-commands.ts'

const command = (group: Command['group'], label: string, detail = ''): Command => ({
  id: label,
  group,
  label,
  detail,
  run: () => undefined,
})
const commands = [
  command('Go to', 'Environments', 'staging and production'),
  command('Go to', 'Staging', 'environment'),
  command('Here', 'Approve Staging exit gate'),
  command('Change', 'Reserve Staging…'),
]
const found = (typed: string): readonly string[] =>
  rankCommands(commands, typed).flatMap((part) => part.commands.map(({ label }) => label))

suite('rankCommands', () => {
  test('keeps the groups in order and puts the best name first', () => {
    assert.deepEqual(found('stag'), [
      'Approve Staging exit gate',
      'Staging',
      'Environments',
      'Reserve Staging…',
    ])
  })

  test('needs every word', () => {
    assert.deepEqual(found('staging exit'), ['Approve Staging exit gate'])
    assert.deepEqual(found('staging nowhere'), [])
  })

  test('leaves out where one can go after >', () => {
    assert.deepEqual(found('> staging'), ['Approve Staging exit gate', 'Reserve Staging…'])
  })

  test('shows everything while nothing is typed', () => {
    assert.equal(found('').length, 4)
  })

  test('finds snapshots alone after #, and people alone after @', () => {
    const things: readonly Command[] = [
      { ...command('Go to', 'backend 2.0.0'), kind: 'snapshot' },
      { ...command('Go to', 'QA lead'), kind: 'person' },
      command('Go to', 'backend'),
    ]
    const labels = (typed: string): readonly string[] =>
      rankCommands(things, typed).flatMap((part) => part.commands.map(({ label }) => label))
    assert.deepEqual(labels('#back'), ['backend 2.0.0'])
    assert.deepEqual(labels('@'), ['QA lead'])
    assert.deepEqual(labels('back'), ['backend 2.0.0', 'backend'])
  })

  test('shows at most twelve of a group, the best', () => {
    const many = Array.from({ length: 30 }, (_, at) => command('Go to', `host ${at}`))
    const [part] = rankCommands([...many, command('Go to', 'a host')], 'host')
    assert.equal(part?.commands.length, 12)
    assert.equal(part?.commands[0]?.label, 'host 0')
  })
})
