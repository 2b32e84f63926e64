import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { compileCondition, evaluateCondition, parseCondition } from './condition.ts'
import { DEVICE_SCOPE, runScope } from './scope.ts'

const scope = runScope(
  { soak: 'duration', limit: 'share', market: 'text' },
  { fields: { incidents: { fields: { sev1: 'whole' } }, load: 'decimal' } },
)

/** What a refused condition says, as one line: code, the underlined text, message. */
function refusal(text: string, within = scope): string {
  const parsed = parseCondition(text, within)
  assert.ok(!parsed.ok, `${text} was accepted`)
  const marked = text.slice(parsed.offset, parsed.offset + parsed.length)
  return `${parsed.code} ‹${marked}› ${parsed.message}`
}

suite('parseCondition', () => {
  test('what compares declared values with values of their type is a condition', () => {
    for (const text of [
      'facts.incidents.sev1 == 0',
      'facts.load < 0.5 && parameters.limit >= 1.0',
      'parameters.soak > duration("1h")',
      'results["car-to-phone"].failed == 0',
      'run.branch.startsWith("release/") || snapshot.version == "2.0.0"',
      'parameters.market in ["eu", "us"]',
      'true',
    ]) {
      assert.deepEqual(parseCondition(text, scope), { ok: true }, text)
    }
  })

  test('filters on devices are conditions on devices only', () => {
    const filter = 'device.attributes.market == "eu" && device.attributes.line in ["a1", "a2"]'
    assert.deepEqual(parseCondition(filter, DEVICE_SCOPE), { ok: true })
    assert.deepEqual(parseCondition('device.tags.exists(t, t == "bench")', DEVICE_SCOPE), {
      ok: true,
    })
    assert.equal(
      refusal('run.number == 1', DEVICE_SCOPE),
      'condition_unknown_variable ‹run› There is no "run" here. A condition in this place speaks about device.',
    )
  })

  test('a number compared with text is refused with what would be right', () => {
    const parsed = parseCondition('facts.incidents.sev1 == "0"', scope)
    assert.deepEqual(parsed, {
      ok: false,
      code: 'condition_wrong_type',
      message: 'The condition compares a whole number, facts.incidents.sev1, with text, "0".',
      offset: 24,
      length: 3,
      right: 'facts.incidents.sev1 == 0',
    })
  })

  test('the sentences of refusals name the thing and the rule', () => {
    assert.equal(
      refusal('fact.load < 1.0'),
      'condition_unknown_variable ‹fact› There is no "fact" here. A condition in this place speaks about parameters, run, snapshot, results and facts.',
    )
    assert.equal(
      refusal('facts.incident.sev1 == 0'),
      'condition_unknown_variable ‹incident› facts has no "incident". It has incidents and load.',
    )
    assert.equal(
      refusal('parameters.sok > duration("1h")'),
      'condition_unknown_variable ‹sok› parameters has no "sok". It has soak, limit and market.',
    )
    assert.equal(
      refusal('facts.incidents.sev1'),
      'condition_not_boolean ‹facts.incidents.sev1› A condition is true or false; this is a whole number. Compare it with something.',
    )
    assert.equal(
      refusal('facts.load =='),
      'condition_not_readable ‹=› The condition cannot be read from here: Unexpected token: EOF.',
    )
    assert.equal(
      refusal('run.branch.matches("(a+)+$")'),
      'condition_refused ‹run.branch.matches("(a+)+$")› Conditions have no function "matches".',
    )
    assert.equal(
      refusal('true // fine'),
      'condition_refused ‹// fine› A condition has no comments.',
    )
  })

  test('the nearest name is suggested, with the whole condition as it would be right', () => {
    const parsed = parseCondition('facts.incident.sev1 == 0', scope)
    assert.ok(!parsed.ok)
    assert.equal(parsed.nearest, 'incidents')
    assert.equal(parsed.right, 'facts.incidents.sev1 == 0')
  })

  test('more than two loops in one another are refused', () => {
    const tags = 'device.tags'
    const two = `${tags}.all(a, ${tags}.exists(b, a == b))`
    const three = `${tags}.all(a, ${tags}.exists(b, ${tags}.exists(c, a == b && b == c)))`
    assert.deepEqual(parseCondition(two, DEVICE_SCOPE), { ok: true })
    assert.match(refusal(three, DEVICE_SCOPE), /^condition_refused .*at most 2 may\.$/)
  })

  // ATK-20
  test('no text reaches anything outside the scope', () => {
    for (const text of [
      "${{ constructor.constructor('return process')() }}",
      '${{ __proto__ }}',
      '${{ this }}',
      '${{ globalThis }}',
      "${{ params['__proto__'] }}",
      '${{ toString }}',
      'constructor',
      'constructor.constructor("return process")()',
      '__proto__',
      'this',
      'globalThis',
      'process.exit()',
      'parameters["__proto__"] == "x"',
      'parameters.constructor == "x"',
      'parameters.toString() == "x"',
      'run.__proto__ == run.__proto__',
      '"a".constructor == "b"',
      'toString()',
      'require("fs")',
      '`${1}` == "1"',
      'eval("1") == 1',
      '\\u0063onstructor == 1',
      '#{T(java.lang.Runtime)}',
      'dyn(1) == 2',
      'type(1) == int',
      'cel.bind(x, 1, x == 1)',
      'b"{}".json() == {}',
      'optional.of(1).hasValue()',
      '',
      ' ',
    ]) {
      const parsed = parseCondition(text, scope)
      assert.ok(!parsed.ok, `${text} was accepted`)
      assert.ok(!evaluateCondition(text, { parameters: {}, run: {}, facts: {} }).ok, text)
    }
  })

  // ATK-23
  test('huge and deep conditions are refused quickly', () => {
    const deep = 10_000
    for (const text of [
      `"${'a'.repeat(1_000_000)}" == "a"`,
      `${'('.repeat(deep)}true${')'.repeat(deep)}`,
      `${'!'.repeat(4_000)}true`,
      `${'('.repeat(2_000)}true${')'.repeat(2_000)}`,
      `${'['.repeat(2_000)}${']'.repeat(2_000)} == []`,
      `1 in [${'1,'.repeat(1_900)}1]`,
      `${'true ? '.repeat(500)}true`,
    ]) {
      // Time of this process, not of the clock: other work on the machine is not ours.
      const started = process.cpuUsage()
      assert.ok(!parseCondition(text, scope).ok)
      const tookMs = process.cpuUsage(started).user / 1_000
      assert.ok(tookMs < 50, `took ${tookMs} ms`)
    }
  })
})

suite('evaluateCondition', () => {
  test('numbers of JSON are whole numbers of conditions', () => {
    const values = { facts: { incidents: { sev1: 0 }, load: 0.12 } }
    assert.deepEqual(evaluateCondition('facts.incidents.sev1 == 0 && facts.load < 0.5', values), {
      ok: true,
      holds: true,
    })
    assert.deepEqual(evaluateCondition('facts.incidents.sev1 > 0', values), {
      ok: true,
      holds: false,
    })
  })

  test('a decimal fact that happens to be whole is still compared as decimal', () => {
    const values = { facts: { load: 1 } }
    assert.deepEqual(evaluateCondition('facts.load == 1.0', values), { ok: true, holds: true })
    assert.deepEqual(evaluateCondition('facts.load < 0.5', values), { ok: true, holds: false })
  })

  test('a comparison of different types is an error, also where a different value would pass', () => {
    const evaluated = evaluateCondition('facts.sev1 != "0"', { facts: { sev1: 0 } })
    assert.deepEqual(evaluated, {
      ok: false,
      error: 'The condition compares a whole number, facts.sev1, with text, "0".',
    })
  })

  test('a missing fact is an error, and has() asks for it', () => {
    assert.ok(!evaluateCondition('facts.sev1 == 0', { facts: {} }).ok)
    assert.ok(!evaluateCondition('facts.sev1 == 0', {}).ok)
    assert.deepEqual(evaluateCondition('has(facts.sev1) && facts.sev1 == 0', { facts: {} }), {
      ok: true,
      holds: false,
    })
  })

  test('a value of another type than declared is an error', () => {
    const values = { facts: { incidents: { sev1: '0' }, load: 0.1 } }
    assert.deepEqual(evaluateCondition('facts.incidents.sev1 == 0', values, scope), {
      ok: false,
      error: 'facts.incidents.sev1 is not a whole number.',
    })
  })

  test('parameters come as they are written', () => {
    const values = { parameters: { soak: '2h', limit: '1%', market: 'eu' } }
    const text =
      'parameters.soak == duration("120m") && parameters.limit <= 1.0 && parameters.market == "eu"'
    assert.deepEqual(evaluateCondition(text, values, scope), { ok: true, holds: true })
  })

  test('values are never read as conditions', () => {
    const values = { run: { branch: '" || true || "' } }
    assert.deepEqual(evaluateCondition('run.branch == "main"', values), { ok: true, holds: false })
  })

  test('a list of more than a thousand entries is an error', () => {
    const values = { device: { tags: Array.from({ length: 1_001 }, (_, index) => `t${index}`) } }
    assert.ok(!evaluateCondition('device.tags.exists(t, t == "x")', values, DEVICE_SCOPE).ok)
  })

  test('keys of objects are data, whatever they are called', () => {
    const values = { facts: JSON.parse('{"__proto__": {"polluted": true}, "sev1": 0}') as object }
    assert.deepEqual(evaluateCondition('facts.sev1 == 0', values), { ok: true, holds: true })
    assert.ok(!evaluateCondition('facts.polluted == true', values).ok)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })
})

suite('compileCondition', () => {
  test('one judged filter serves every device', () => {
    const filter = compileCondition('device.attributes.market == "eu"', DEVICE_SCOPE)
    assert.ok(filter.ok)
    assert.deepEqual(filter.evaluate({ device: { attributes: { market: 'eu' } } }), {
      ok: true,
      holds: true,
    })
    assert.deepEqual(filter.evaluate({ device: { attributes: { market: 'us' } } }), {
      ok: true,
      holds: false,
    })
    assert.ok(!filter.evaluate({ device: { attributes: {} } }).ok)
  })
})
