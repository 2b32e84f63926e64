import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { continuesLine, judgeLine } from './judge-line.ts'

const kindsOf = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => judgeLine(line).kind)

suite('a line is judged', () => {
  test('an error, when it says so in one of the ways of compilers, loggers and test runners', () => {
    const lines = [
      'error step ended with code 1',
      '  ✗ GET  /v2/charge/{vin}   wrong type of soc_percent',
      'main.c:10:5: error: expected ;',
      'error[E0308]: mismatched types',
      "TypeError: Cannot read properties of undefined (reading 'soc')",
      'java.lang.IllegalStateException: no battery',
      '2026-11-17T14:32:01Z ERROR ingest: no partition',
      'time=14:32 level=error msg="no partition"',
      '{"level":"fatal","msg":"no partition"}',
      'FAIL src/charge.test.ts',
      '##[error]Process completed with exit code 1.',
    ]
    assert.deepEqual(
      kindsOf(lines),
      lines.map(() => 'error'),
    )
  })

  test('a warning likewise', () => {
    const lines = [
      '! deprecated field "soc" still sent',
      'warning: unused variable',
      'DeprecationWarning: punycode',
      '12:00 WARN slow',
      'npm warn old lockfile',
      '::warning::mind the gap',
    ]
    assert.deepEqual(
      kindsOf(lines),
      lines.map((line) => (line.startsWith('npm') ? 'text' : 'warning')),
    )
  })

  test('nothing special, when it only speaks of them', () => {
    const lines = [
      '0 errors, 0 warnings',
      'error = 0.5 %',
      'POST /v2/telemetry accepts v1',
      'no failures so far',
      'terror of the seas',
      '',
    ]
    assert.deepEqual(
      kindsOf(lines),
      lines.map(() => 'text'),
    )
  })

  test('the begin or the end of a group', () => {
    assert.deepEqual(judgeLine('::group::Run contracts'), { kind: 'group', title: 'Run contracts' })
    assert.deepEqual(judgeLine('##[group]'), { kind: 'group', title: 'Group' })
    assert.equal(judgeLine('##[endgroup]').kind, 'group_end')
    assert.equal(judgeLine('a group of cars').kind, 'text')
  })
})

test('what is set further in, or says where, goes on with an error', () => {
  assert.ok(continuesLine('    contract  mobile-app reads it as a number', '  ✗ GET /v2/charge'))
  assert.ok(continuesLine('at src/charge/serialize.ts:47:18', 'TypeError: x'))
  assert.ok(!continuesLine('  ✓ GET /v2/charge', '  ✗ GET /v2/charge'))
  assert.ok(!continuesLine('', 'TypeError: x'))
})
