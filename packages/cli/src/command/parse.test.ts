import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { COMMANDS } from './catalogue.ts'
import { findCompletions } from './completion.ts'
import { UsageRefusal } from './failure.ts'
import { parseCommandLine } from './parse.ts'

function parsed(...typed: string[]): {
  name: string
  input: unknown
  flags: unknown
  common: unknown
} {
  const result = parseCommandLine(typed, COMMANDS)
  assert.ok(result.kind === 'command')
  const { command, input, flags, common } = result
  return { name: command.words.join(' '), input, flags, common }
}

function refusal(...typed: string[]): readonly string[] {
  try {
    parseCommandLine(typed, COMMANDS)
  } catch (error) {
    assert.ok(error instanceof UsageRefusal)
    return [error.message, ...error.more]
  }
  return assert.fail('it was understood')
}

suite('parseCommandLine', () => {
  test('a noun and a verb are a command with its arguments', () => {
    const { name, input } = parsed('gate', 'show', 'connected-car-2.0/7/staging.exit')
    assert.deepEqual([name, input], ['gate show', { gate: 'connected-car-2.0/7/staging.exit' }])
  })

  test('a noun alone lists', () => {
    assert.equal(parsed('run').name, 'run list')
    assert.equal(parsed('gate', '--mine').name, 'gate list')
  })

  test('a noun with an address lists what belongs to it', () => {
    const { name, input } = parsed('revision', 'pipeline/connected-car')
    assert.deepEqual([name, input], ['revision list', { definition: 'pipeline/connected-car' }])
  })

  test('flags of every command may stand in front', () => {
    const { name, common } = parsed('-p', 'embedded', '--json', 'run', 'list')
    assert.equal(name, 'run list')
    assert.deepEqual(common, {
      project: 'embedded',
      json: true,
      yes: false,
      quiet: false,
      server: undefined,
      token: undefined,
      color: undefined,
    })
  })

  test('a verb without a noun takes its arguments at once', () => {
    assert.deepEqual(parsed('inventory', 'production', '--at', '14:30').input, {
      environment: 'production',
    })
    assert.equal(parsed('inventory', 'report', 'a', 'b', 'c', '-m', 'x').name, 'inventory report')
  })

  test('a number stands where a number belongs', () => {
    assert.deepEqual(refusal('run', 'list', '--limit', 'many'), [
      '--limit takes a whole number N, not "many".',
    ])
  })

  test('a value that looks like a flag stands behind an equals sign', () => {
    for (const flag of ['--message', '-m']) {
      assert.deepEqual(refusal('gate', 'approve', 'a/1/b.exit', flag, '- bench'), [
        `${flag} needs a value.`,
        'Write a value that begins with a hyphen behind an equals sign:  --message=-…',
        'See  lockstep gate approve --help',
      ])
    }
    const { flags } = parsed('gate', 'approve', 'a/1/b.exit', '--message=- bench')
    assert.equal((flags as { message: string }).message, '- bench')
    assert.deepEqual(refusal('run', 'list', '--limit', '-1'), [
      '--limit takes a whole number N, not "-1".',
      'See  lockstep run list --help',
    ])
  })

  test('a number below zero stands behind two hyphens', () => {
    for (const number of ['-5', '-0.25']) {
      assert.deepEqual(refusal('fact', 'report', 'x', number, '-p', 'a'), [
        `"fact report" has no flag ${number}.`,
        `Write what begins with a hyphen and is no flag at the end, behind two hyphens:  -- ${number}`,
        'See  lockstep fact report --help',
      ])
      const { input, common } = parsed('fact', 'report', 'x', '-p', 'a', '--', number)
      assert.deepEqual(input, { name: 'x', value: number })
      assert.equal((common as { project: string }).project, 'a')
    }
  })

  test('a flag has a value where it takes one, and none elsewhere', () => {
    assert.deepEqual(refusal('run', 'list', '--limit'), [
      '--limit needs a value.',
      'See  lockstep run list --help',
    ])
    assert.deepEqual(refusal('run', 'list', '--json=yes'), [
      '--json takes no value.',
      'See  lockstep run list --help',
    ])
    assert.equal(
      refusal('run', 'list', '--constructor')[0],
      '"run list" has no flag --constructor.',
    )
  })

  test('an unknown verb is answered with the nearest', () => {
    assert.deepEqual(refusal('run', 'strat'), [
      'There is no command "run strat".',
      'Did you mean  lockstep run start',
      'See  lockstep run --help',
    ])
  })

  test('an unknown flag is answered with the nearest', () => {
    assert.deepEqual(refusal('gate', 'approve', 'a/1/b.exit', '--cover', 'x'), [
      '"gate approve" has no flag --cover.',
      'Did you mean  --covers',
      'See  lockstep gate approve --help',
    ])
  })

  test('what is missing is named, with an example', () => {
    assert.deepEqual(refusal('run', 'watch'), [
      '"run watch" needs RUN.',
      'For example  lockstep run watch connected-car-2.0/7',
    ])
  })

  test('help is asked for with a word or a flag', () => {
    assert.deepEqual(parseCommandLine(['help', 'addresses'], COMMANDS), {
      kind: 'help',
      about: ['addresses'],
    })
    assert.deepEqual(parseCommandLine(['run', 'start', '--help'], COMMANDS), {
      kind: 'help',
      about: ['run', 'start'],
    })
  })
})

suite('findCompletions', () => {
  test('words come from the commands', () => {
    assert.deepEqual(findCompletions(['gate', 're'], COMMANDS).words, ['reject', 'retry', 'resume'])
  })

  test('names come from the server, of the sort that the argument takes', () => {
    assert.deepEqual(findCompletions(['run', 'watch', 'conn'], COMMANDS), {
      words: [],
      noun: 'run',
    })
  })

  test('flags come from the command', () => {
    assert.deepEqual(findCompletions(['gate', 'approve', '--c'], COMMANDS).words, [
      '--covers',
      '--color',
    ])
  })
})
