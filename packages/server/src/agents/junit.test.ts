import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseJunit } from './junit.ts'

suite('a test report', () => {
  test('is counted case by case, whatever its heads say', () => {
    const report = parseJunit(`<?xml version="1.0"?>
      <testsuites tests="99"><testsuite name="a" tests="4">
        <testcase classname="car" name="drives"/>
        <testcase classname="car" name="stops"><failure message="no &lt;brake&gt;">at line 1</failure></testcase>
        <testcase name="charges"><error/></testcase>
        <testcase name="flies"><skipped/></testcase>
      </testsuite><testsuite name="b"><testcase name="parks"><system-out>failure</system-out></testcase></testsuite></testsuites>`)
    assert.deepEqual(report, {
      total: 5,
      passed: 2,
      failed: 2,
      skipped: 1,
      failures: ['car › stops', 'charges'],
    })
  })

  test('of one suite without a root around it counts too', () => {
    assert.equal(parseJunit('<testsuite><testcase name="a"/></testsuite>')?.passed, 1)
  })

  test('that is something else, cut off, or brings definitions of its own is none', () => {
    assert.equal(parseJunit('<coverage/>'), undefined)
    assert.equal(parseJunit('<testsuite><testcase name="a">'), undefined)
    assert.equal(parseJunit('{"tests": 1}'), undefined)
    assert.equal(parseJunit('<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'), undefined)
  })
})
