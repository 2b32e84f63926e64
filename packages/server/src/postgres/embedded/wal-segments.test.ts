import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { listSegments } from './wal-segments.ts'

const MEGABYTES = 1024 * 1024

suite('listSegments', () => {
  test('names every segment from the start to the end position', () => {
    const names = listSegments({
      timeline: '00000001',
      from: '0/2000028',
      to: '0/4000100',
      segmentBytes: 16 * MEGABYTES,
    })
    assert.deepEqual(names, [
      '000000010000000000000002',
      '000000010000000000000003',
      '000000010000000000000004',
    ])
  })

  test('leaves out a segment of which nothing was written', () => {
    const names = listSegments({
      timeline: '00000001',
      from: '0/2000028',
      to: '0/3000000',
      segmentBytes: 16 * MEGABYTES,
    })
    assert.deepEqual(names, ['000000010000000000000002'])
  })

  test('carries into the next log id, whose place depends on the segment size', () => {
    const range = { timeline: '0000000A', from: '1/FF000000', to: '2/1' }
    assert.deepEqual(listSegments({ ...range, segmentBytes: 16 * MEGABYTES }), [
      '0000000A00000001000000FF',
      '0000000A0000000200000000',
    ])
    assert.deepEqual(listSegments({ ...range, segmentBytes: 1024 * MEGABYTES }), [
      '0000000A0000000100000003',
      '0000000A0000000200000000',
    ])
  })
})
