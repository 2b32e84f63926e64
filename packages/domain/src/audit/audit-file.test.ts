import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { suite, test } from 'node:test'

import { canonicalText } from '../kernel/canonical.ts'
import { uuidOf, type IdBlock } from '../kernel/id.ts'
import {
  AUDIT_FILE_START,
  endAuditFile,
  foldAuditLine,
  type AuditFileEntry,
  type AuditFileFault,
  type AuditFileLine,
  type AuditFileProof,
  type AuditFileSummary,
} from './audit-file.ts'
import { CHAIN_START, leafTextOf } from './seal.ts'

/** A signature is the key and the digest of the text; the real one is tried in the tests of the command line. */
const PROOF: AuditFileProof = {
  ofText: (text) => hash('sha256', text),
  ofHex: (hex) => hash('sha256', Buffer.from(hex, 'hex')),
  keyIdOf: (key) => `id of ${key}`,
  isSigned: ({ text, signature, key }) => signature === `${key} ${hash('sha256', text)}`,
}
const FOREIGN = 'ab'.repeat(32)
const MOMENT = Date.parse('2026-11-16T13:58:20.000Z')

type Seal = Extract<AuditFileLine, { line: 'seal' }>
type Checkpoint = Extract<AuditFileLine, { line: 'checkpoint' }>

function entry(seq: number, given: Partial<AuditFileEntry> = {}): AuditFileEntry {
  const made = {
    line: 'entry',
    at: MOMENT + seq * 1_000,
    type: 'decision_recorded',
    kind: 'gate_run',
    subject: 'gat_01JC0000007000800000000004',
    actor: 'user:usr_1',
    body: { decision: 'approve' },
    origin: null,
    project: 3,
    root: '01930000-0000-7000-8000-000000000001',
    seq,
    v: 1,
    ids: '01930000-0000-7000-8000-000000000000' as IdBlock,
    ...given,
  } as const
  const leaf = leafTextOf({
    ...made,
    id: uuidOf(made.subject),
    origin: undefined,
    body: canonicalText(made.body),
  })
  return { ...made, hash: given.hash ?? PROOF.ofText(leaf) }
}

/** The seal over these entries, between leaves of other projects. */
function seal(
  place: { readonly chain: number; readonly seal: number; readonly previous: string },
  entries: readonly AuditFileEntry[],
  before: readonly string[] = [],
): Seal {
  const leaves = [...before, ...entries.map((one) => one.hash)]
  const sealed = PROOF.ofHex(place.previous + leaves.join(''))
  return { line: 'seal', ...place, before, after: [], entries: entries.length, hash: sealed }
}

function checkpoint({ chain, seal: n, hash: head }: Seal, key = 'K'): Checkpoint {
  const text = JSON.stringify({
    key: `id of ${key}`,
    at: MOMENT,
    heads: [{ lane: chain, n, hash: head }],
  })
  return { line: 'checkpoint', text, key, signature: `${key} ${hash('sha256', text)}` }
}

const BEGIN = { line: 'begin', project: 'connected-car' } as const
const NAME = { line: 'name', actor: 'user:usr_1', name: 'qa-lead' } as const
const ENTRIES = [entry(1), entry(2), entry(3)] as const
const FIRST = seal(
  { chain: 4, seal: 1, previous: CHAIN_START },
  [ENTRIES[0], ENTRIES[1]],
  [FOREIGN],
)
const OTHERS = seal({ chain: 4, seal: 2, previous: FIRST.hash }, [], [FOREIGN])
const LAST = seal({ chain: 4, seal: 3, previous: OTHERS.hash }, [ENTRIES[2]])
const SIGNED = checkpoint(LAST)

function end(entries: number, seals: number): AuditFileLine {
  return { line: 'end', entries, seals, sha256: 'same', computed: 'same' }
}

const FILE: readonly AuditFileLine[] = [
  BEGIN, // 1
  NAME,
  ENTRIES[0], // 3
  ENTRIES[1],
  FIRST, // 5
  OTHERS,
  ENTRIES[2], // 7
  LAST,
  SIGNED, // 9
  end(3, 3),
]

type Verdict = { ok: true; summary: AuditFileSummary } | { ok: false; fault: AuditFileFault }

function verify(lines: readonly (AuditFileLine | undefined)[], key?: string): Verdict {
  let state = AUDIT_FILE_START
  for (const line of lines) {
    const step = foldAuditLine(state, line, { proof: PROOF, key })
    if (!step.ok) return step
    state = step.state
  }
  return endAuditFile(state, { key })
}

function faultOf(lines: readonly (AuditFileLine | undefined)[], key?: string): AuditFileFault {
  const verdict = verify(lines, key)
  assert.ok(!verdict.ok, 'it holds')
  return verdict.fault
}

/** The file with another line at this place, from 1. */
function withLine(at: number, line: AuditFileLine | undefined): (AuditFileLine | undefined)[] {
  return FILE.with(at - 1, line as AuditFileLine)
}

suite('an exported trail', () => {
  test('holds when every seal follows and covers its entries', () => {
    assert.deepEqual(verify(FILE), {
      ok: true,
      summary: {
        project: 'connected-car',
        entries: 3,
        seals: 3,
        chains: 1,
        signed: 3,
        keys: ['id of K'],
        checkpointAt: MOMENT,
        first: MOMENT + 1_000,
        last: MOMENT + 3_000,
      },
    })
  })

  test('may begin in the middle of a chain, and goes on in other chains', () => {
    const middle = seal({ chain: 5, seal: 88, previous: FOREIGN }, [ENTRIES[0]])
    const verdict = verify([...FILE.slice(0, -1), ENTRIES[0], middle, end(4, 4)])
    assert.ok(verdict.ok)
    assert.deepEqual([verdict.summary.chains, verdict.summary.signed], [2, 3])
  })

  test('names the entry that was changed, by whom it was, and up to where all is well', () => {
    const changed = { ...ENTRIES[2], body: { decision: 'reject' } }
    const { hash: written } = ENTRIES[2]
    assert.deepEqual(faultOf(withLine(7, changed)), {
      why: 'entry_changed',
      entries: { first: 3, last: 3, at: MOMENT + 3_000, type: 'decision_recorded', by: 'qa-lead' },
      written,
      computed: entry(3, { body: { decision: 'reject' } }).hash,
      atLine: 7,
      sound: 2,
    })
  })

  for (const [field, value] of Object.entries({
    actor: 'user:usr_2',
    at: MOMENT,
    type: 'decision_withdrawn',
    subject: 'gat_01JC0000007000800000000005',
    kind: 'stage_run',
    origin: { address: '::1' },
    project: 4,
    seq: 9,
    v: 2,
  })) {
    test(`does not hold with another ${field} in an entry`, () => {
      assert.equal(faultOf(withLine(3, { ...ENTRIES[0], [field]: value })).why, 'entry_changed')
    })
  }

  test('does not hold when the subject is called another kind of thing', () => {
    const renamed = { ...ENTRIES[0], subject: ENTRIES[0].subject.replace('gat_', 'run_') }
    assert.equal(faultOf(withLine(3, renamed)).why, 'entry_changed')
  })

  test('does not hold when an entry was written anew with its hash', () => {
    const { why, atLine, sound } = faultOf(withLine(7, entry(3, { actor: 'user:usr_2' })))
    assert.deepEqual([why, atLine, sound], ['not_covered', 8, 2])
  })

  test('does not follow when a seal was written anew over other entries', () => {
    const forged = entry(1, { actor: 'user:usr_2' })
    const own = seal({ chain: 4, seal: 1, previous: CHAIN_START }, [forged, ENTRIES[1]], [FOREIGN])
    const { why, atLine } = faultOf(FILE.with(2, forged).with(4, own))
    assert.deepEqual([why, atLine], ['not_following', 6])
  })

  test('is not signed any more when a whole chain was written anew', () => {
    const forged = entry(3, { actor: 'user:usr_2' })
    const own = seal({ chain: 4, seal: 3, previous: OTHERS.hash }, [forged])
    const { why, atLine } = faultOf(FILE.with(6, forged).with(7, own))
    assert.deepEqual([why, atLine], ['head_differs', 9])
  })

  test('does not begin with a first seal that follows something', () => {
    const own = seal({ chain: 4, seal: 1, previous: FOREIGN }, [ENTRIES[0]])
    assert.equal(faultOf([BEGIN, ENTRIES[0], own, end(1, 1)]).why, 'not_following')
  })

  test('misses an entry, a seal, and lines that stand elsewhere', () => {
    assert.equal(faultOf(FILE.toSpliced(3, 1)).why, 'entries_missing')
    assert.equal(faultOf(FILE.toSpliced(5, 1)).why, 'seal_missing')
    assert.equal(faultOf(FILE.toSpliced(6, 1)).why, 'entries_missing')
    const swapped = FILE.with(2, ENTRIES[1]).with(3, ENTRIES[0])
    assert.equal(faultOf(swapped).why, 'not_covered')
    const again = [...FILE.slice(0, -1), FIRST, end(3, 4)]
    assert.equal(faultOf(again).why, 'seal_missing')
  })

  test('names the line that cannot be read, and stands for nothing after its end', () => {
    assert.deepEqual(faultOf(withLine(6, undefined)), { why: 'unreadable', atLine: 6, sound: 2 })
    assert.deepEqual(faultOf([NAME]), { why: 'unreadable', atLine: 1, sound: 0 })
    assert.deepEqual(faultOf([...FILE, ENTRIES[0]]), { why: 'unreadable', atLine: 11, sound: 3 })
    assert.deepEqual(faultOf([BEGIN, BEGIN]), { why: 'unreadable', atLine: 2, sound: 0 })
  })

  test('says that its end is cut off, also with nothing in it', () => {
    assert.deepEqual(faultOf(FILE.slice(0, -1)), { why: 'cut_off', atLine: 10, sound: 3 })
    assert.deepEqual(faultOf([]), { why: 'cut_off', atLine: 1, sound: 0 })
    assert.equal(faultOf(withLine(10, end(4, 3))).why, 'count_differs')
    assert.equal(faultOf([BEGIN, ENTRIES[0], end(1, 0)]).why, 'count_differs')
  })

  test('shows that a name was changed, which no seal covers', () => {
    const last = {
      line: 'end',
      entries: 3,
      seals: 3,
      sha256: 'written',
      computed: 'other',
    } as const
    assert.deepEqual(faultOf(withLine(10, last)), {
      why: 'bytes_differ',
      written: 'written',
      computed: 'other',
      atLine: 10,
      sound: 3,
    })
  })
})

suite('a checkpoint in it', () => {
  test('counts with its signature alone', () => {
    const spoilt = { ...SIGNED, signature: 'K none' }
    assert.equal(faultOf(withLine(9, spoilt)).why, 'not_signed')
    assert.equal(faultOf(withLine(9, { ...SIGNED, key: 'L' })).why, 'not_signed')
  })

  test('that says nothing is not read, nor one that stands inside a seal', () => {
    for (const text of ['null', '{', '{"key":"id of K","at":1}', '5']) {
      assert.equal(faultOf(withLine(9, { ...SIGNED, text })).why, 'unreadable', text)
    }
    assert.equal(faultOf(FILE.toSpliced(7, 0, SIGNED)).why, 'unreadable')
  })

  test('must be of the key that was asked for', () => {
    assert.ok(verify(FILE, 'id of K').ok)
    assert.equal(faultOf(FILE, 'id of L').why, 'other_key')
  })

  test('must cover everything when a key was asked for', () => {
    const unsigned = FILE.filter((line) => line !== SIGNED)
    assert.ok(verify(unsigned).ok)
    assert.deepEqual(faultOf(unsigned, 'id of K'), {
      why: 'unsigned',
      entries: 3,
      atLine: 9,
      sound: 3,
    })
  })
})
