import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseJunit, REPORT_LIMITS, testName, type TestReport } from './junit.ts'

/** Reads a text in pieces of a few bytes, so that names, references and letters are cut in two. */
async function parse(
  text: string,
  limits: Partial<typeof REPORT_LIMITS> = {},
): Promise<TestReport | undefined> {
  const bytes = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_none, at) =>
    bytes.subarray(at * 7, at * 7 + 7),
  )
  return parseJunit(pieces, { ...REPORT_LIMITS, ...limits })
}

async function statuses(text: string): Promise<readonly string[] | undefined> {
  const report = await parse(text)
  return report?.cases.map((one) => `${one.name} ${one.status}${one.isFlaky ? ' flaky' : ''}`)
}

suite('a test report', () => {
  test('is counted case by case, whatever its heads say', async () => {
    const found = await statuses(`<?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="99"><testsuite name="a" tests="4">
        <testcase classname="car" name="drives"/>
        <testcase classname="car" name="stops"><failure message="no">at line 1</failure></testcase>
        <testcase name="charges"><error/><failure/></testcase>
        <testcase name="flies"><skipped/></testcase>
      </testsuite><testsuite name="b"><testcase name="parks"><system-out>failure</system-out></testcase></testsuite></testsuites>`)
    assert.deepEqual(found, [
      'drives passed',
      'stops failed',
      'charges failed',
      'flies skipped',
      'parks passed',
    ])
  })

  test('of one suite without a root around it counts too', async () => {
    assert.deepEqual(await statuses('<testsuite><testcase name="a"/></testsuite>'), ['a passed'])
  })

  test('names tests by all suites around them, and by their class', async () => {
    const report = await parse(`<testsuites><testsuite name="car"><testsuite name="brakes">
      <testcase name="hold" time="0,25"/><testcase classname="Abs" name="pulses" time="PT1M1.5S"/>
      <testcase name="a" time="1,234.5"/><testcase name="b" time="999999999"/><testcase name="c" time="soon"/>
    </testsuite></testsuite></testsuites>`)
    assert.deepEqual(report?.cases.slice(0, 2).map(testName), [
      'car › brakes › hold',
      'Abs › pulses',
    ])
    assert.deepEqual(
      report?.cases.map(({ timeMs }) => timeMs),
      [250, 61_500, 1_234_500, null, null],
    )
  })

  test('takes a test that is there again for another try, and both for flaky', async () => {
    const found = await statuses(`<testsuite>
      <testcase name="a"><failure/></testcase><testcase name="a"/>
      <testcase name="b"><flakyFailure message="once"/></testcase>
      <testcase name="c"><failure/><rerunFailure/><rerunFailure/></testcase>
      <testcase name="d"/><testcase name="d"/></testsuite>`)
    assert.deepEqual(found, ['a passed flaky', 'b passed flaky', 'c failed', 'd passed'])
  })

  test('knows tests that were not run by other words too', async () => {
    const found = await statuses(
      '<testsuite><testcase name="a" status="notrun"/><testcase name="b" result="skipped" status="run"/></testsuite>',
    )
    assert.deepEqual(found, ['a skipped', 'b skipped'])
  })

  test('has failed where a suite could not even begin', async () => {
    const report = await parse(
      '<testsuite name="car"><error message="does not compile"/></testsuite>',
    )
    assert.deepEqual(report?.cases.map(testName), ['car › (the suite itself)'])
    assert.equal(report?.cases[0]?.message, 'does not compile')
  })

  test('holds what programs print: colours, signs and letters of all kinds', async () => {
    const report = await parse(
      `<testsuite><testcase name="Tür öffnet &amp; schließt 🚗"><failure message="\u001b[31mred&#x1b;[0m &#27; &lt;b&gt; &#x41;&#0;"/>\u0000</testcase></testsuite>`,
    )
    assert.equal(report?.cases[0]?.name, 'Tür öffnet & schließt 🚗')
    assert.equal(report?.cases[0]?.message, '\ufffd[31mred\ufffd[0m \ufffd <b> A\ufffd')
  })

  test('that is something else, cut off, or brings definitions of its own is none', async () => {
    for (const text of [
      '',
      '<coverage/>',
      '<html><testsuite/></html>',
      '<testsuite><testcase name="a">',
      '<testsuite></testcase></testsuite>',
      '{"tests": 1}',
      '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>',
      '<testsuite><testcase name="&canary;"/></testsuite>',
    ]) {
      assert.equal(await parse(text), undefined, text)
    }
  })

  test('beyond its limits is none, and is not read to its end', async () => {
    let read = 0
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from('<testsuite>')
      for (;;) {
        read += 1
        yield Buffer.from('<testcase name="a"/>'.repeat(100))
      }
    }
    assert.equal(await parseJunit(endless(), { ...REPORT_LIMITS, bytes: 10_000 }), undefined)
    assert.equal(read, 5)
    assert.equal(await parse('<testsuite>'.repeat(60)), undefined)
    const three =
      '<testsuite><testcase name="a"/><testcase name="b"/><testcase name="c"/></testsuite>'
    assert.equal(await parse(three, { cases: 2 } as object), undefined)
    assert.equal((await parse(three))?.cases.length, 3)
  })
})
