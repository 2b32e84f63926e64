import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { AuditFileFault, AuditFileSummary } from '@lockstep/domain'

import { presentAuditFile } from './audit-file.ts'

const VIEW = { width: 120, zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-17T13:32:00Z') }
const AT = Date.parse('2026-11-16T12:58:20.000Z')
const KEY = '4f21c0a9d3b87e65f10c2ab94d7e8853'
const ENTRIES = {
  first: 31_877,
  last: 31_877,
  at: AT,
  type: 'decision_recorded',
  by: 'qa-lead',
} as const
const HASHES = { written: `77a0${'0'.repeat(58)}e1`, computed: `02cf${'0'.repeat(58)}9b` } as const
const SUMMARY: AuditFileSummary = {
  project: 'connected-car',
  entries: 48_211,
  seals: 52_000,
  chains: 12,
  signed: 48_211,
  keys: [KEY],
  checkpointAt: Date.parse('2026-11-17T13:00:00Z'),
  first: Date.parse('2026-08-12T07:00:00Z'),
  last: Date.parse('2026-11-17T13:00:00Z'),
}

function sound(given: Partial<AuditFileSummary> = {}, key?: string): string {
  return presentAuditFile({ ok: true, summary: { ...SUMMARY, ...given } }, key, VIEW)
}

function broken(fault: AuditFileFault): string {
  return presentAuditFile({ ok: false, fault }, KEY, VIEW)
}

suite('presentAuditFile', () => {
  test('says what is whole, who signed it, and that the key is to be compared', () => {
    assert.equal(
      sound(),
      '✓ 48,211 entries of connected-car, 12 Aug 2026 09:00:00 to 17 Nov 2026 14:00:00, unbroken in 12 chains.\n' +
        `  All of them stand under checkpoints signed with key ${KEY}, the newest of 14:00.\n` +
        '  The key stands in the file. Compare it with checkpoints.log of the server, and give it with --key.',
    )
    assert.doesNotMatch(sound({}, KEY), /Compare/)
  })

  test('says what nobody has signed', () => {
    assert.match(
      sound({ signed: 48_203 }),
      /\n {2}48,203 of them .*\n {2}8 stand under no checkpoint: /,
    )
    assert.match(
      sound({ signed: 0, keys: [], checkpointAt: undefined }),
      /chains\.\n {2}48,211 stand under no checkpoint: whoever wrote the file could have written them\.$/,
    )
  })

  test('names an entry that was changed, its hashes, and what can be relied on', () => {
    const fault = {
      why: 'entry_changed',
      entries: ENTRIES,
      ...HASHES,
      atLine: 40_112,
      sound: 31_876,
    }
    assert.equal(
      broken(fault as AuditFileFault),
      '✗ Entry 31,877 (16 Nov 2026 13:58:20, decision_recorded by qa-lead), line 40,112, is not as it was written.\n' +
        '  Written hash 77a0…e1, computed 02cf…9b. Entries 1 to 31,876 are as they were written; nothing after can be relied on.',
    )
  })

  test('names one entry or several that do not follow from the one before', () => {
    const fault = { why: 'not_covered', chain: 4, seal: 9, ...HASHES, atLine: 7, sound: 2 } as const
    assert.match(
      broken({ ...fault, entries: ENTRIES }),
      /^✗ Entry 31,877 \(.*\), sealed in line 7, does not follow from entry 31,876\.\n/,
    )
    assert.match(
      broken({ ...fault, entries: { ...ENTRIES, first: 1, last: 3 } }),
      /^✗ Entries 1 \(.*\) to 3, sealed in line 7, do not follow from the beginning of the chain\.\n/,
    )
    assert.match(
      broken({ ...fault, entries: undefined }),
      /^✗ Seal 9 of chain 4, line 7, over entries of other projects, does not follow from the one before\.\n/,
    )
  })

  test('says that every entry is well when only a name was changed, or a checkpoint is missing', () => {
    assert.match(
      broken({ why: 'bytes_differ', ...HASHES, atLine: 9, sound: 3 }),
      /^✗ Something that no seal covers was changed or is missing: a name, a checkpoint, .*\n {2}Written hash .* All 3 entries are as they were written\.$/,
    )
  })

  test('names the line that cannot be read, and a file that is none', () => {
    assert.equal(
      broken({ why: 'unreadable', atLine: 6, sound: 1 }),
      '✗ Line 6 is none that an export writes: it is torn or garbled.\n  Entry 1 is as it was written; nothing after can be relied on.',
    )
    assert.match(
      broken({ why: 'unreadable', atLine: 1, sound: 0 }),
      /^✗ This is no file of lockstep/,
    )
  })

  test('says which entries the key that was asked for has not signed, and what helps', () => {
    assert.match(
      broken({ why: 'unsigned', entries: 1, atLine: 9, sound: 3 }),
      /^✗ 1 entry stands under no checkpoint signed with key 4f21.*\n {2}.*export again then, or with --until\.$/,
    )
  })
})
