// The audit trail as a file: written by a real server, verified without it.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'

import { verifyAuditFile } from '../src/commands/audit/audit-file.ts'
import { PASSWORD, startServed, type Served } from '../testing/served.ts'
import { SHOP } from '../testing/shop.ts'
import { until } from '../testing/until.ts'

let served: Served
/** The whole trail of the project, as the server wrote it. */
let trail: Buffer
/** With which the server signs. */
let key: string

const ok: Served['ok'] = (typed, options) => served.ok(typed, options)

before(async () => {
  served = await startServed()
  await ok(`setup ${served.link} --name admin --email admin@example.test`, {
    stdin: `${PASSWORD}\n`,
  })
  for (const name of ['first', 'connected-car', 'last']) await ok(`project create ${name}`)
  for (const name of ['connected-car', 'first', 'last']) {
    await ok(`secret set store-key -p ${name}`, { stdin: 'a value of some length' })
  }
  await writeFile(join(served.repository, 'lockstep', 'definitions.yaml'), SHOP)
  await ok('apply -y -m First -p connected-car')
  const signed = await countSigned()
  await served.restart() // It signs where the chains stand when it starts.
  await until('a checkpoint', async () => ((await countSigned()) > signed ? true : undefined))
  trail = Buffer.from(await ok('audit export -p connected-car'))
  key = /\\"key\\":\\"([0-9a-f]{32})/.exec(await readCheckpoints())?.[1] ?? ''
})
after(() => served[Symbol.asyncDispose]())

async function readCheckpoints(): Promise<string> {
  return readFile(join(served.data, 'checkpoints.log'), 'utf8').catch(() => '')
}

async function countSigned(): Promise<number> {
  return (await readCheckpoints()).split('\n').length
}

async function verify(
  content: string | Buffer,
  more = '',
): Promise<{ code: number | null; out: string }> {
  await writeFile(join(served.repository, 'audit.jsonl'), content)
  const typed = `audit verify --file audit.jsonl${more}`.split(' ')
  // Whoever verifies is signed in nowhere.
  return served.lockstep(typed, { as: 'auditor' })
}

/** The file with other text in it, which must be there. */
function withText(from: string | RegExp, to: string): string {
  const text = trail.toString()
  const other = text.replace(from, to)
  assert.notEqual(other, text, `${from.toString()} is not in the file`)
  return other
}

suite('a trail that was exported', () => {
  test('shows entry by entry what happened, and names who did it', () => {
    const lines = trail
      .toString()
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line))
    const types = lines.filter(({ line }) => line === 'entry').map(({ type }) => type)
    assert.ok(
      ['project_created', 'secret_set', 'definition_created'].every((type) => types.includes(type)),
      types.join(),
    )
    assert.ok(lines.some(({ line, name }) => line === 'name' && name === 'admin'))
    const [begin, end] = [lines[0], lines.at(-1)]
    assert.deepEqual(
      [begin?.['line'], end?.['line'], end?.['entries']],
      ['begin', 'end', types.length],
    )
  })

  test('gives nothing of other projects away but leaves', () => {
    const text = trail.toString()
    assert.match(text, /"before":\["[0-9a-f]{64}"/)
    assert.match(text, /"after":\["[0-9a-f]{64}"/)
    assert.doesNotMatch(text, /"name":"(?:first|last)"/)
  })

  test('is verified without a server, and says which key to compare', async () => {
    const { code, out } = await verify(trail)
    assert.equal(code, 0, out)
    assert.match(out, /^✓ \d+ entries of connected-car, .+ to .+, unbroken in \d chains?\.\n/)
    assert.ok(
      out.includes(`  All of them stand under checkpoints signed with key ${key}, the newest of `),
      out,
    )
    assert.match(out, /Compare it with checkpoints\.log of the server, and give it with --key\.\n$/)
  })

  test('is held against the key that is asked for', async () => {
    const own = await verify(trail, ` --key ${key}`)
    assert.deepEqual([own.code, own.out.includes('Compare')], [0, false])
    const other = await verify(trail, ` --key ${'0'.repeat(32)}`)
    assert.equal(other.code, 1)
    assert.ok(other.out.includes(`was signed with key ${key}, not with 0000`), other.out)
    const unsigned = trail
      .toString()
      .split('\n')
      .filter((line) => !line.startsWith('{"line":"checkpoint"'))
    const stripped = await verify(unsigned.join('\n'), ` --key ${key}`)
    assert.equal(stripped.code, 1)
  })

  test('with one entry changed names it, with its time, what it says and who did it', async () => {
    const { code, out } = await verify(withText(/"type":"secret_set"/, '"type":"secret_sat"'))
    assert.equal(code, 1)
    assert.match(
      out,
      /^✗ Entry \d+ \(\d+ \w+ \d{4} \d\d:\d\d:\d\d, secret_sat by admin\), line \d+, is not as it was written\.\n/,
    )
    assert.match(
      out,
      /\n {2}Written hash [0-9a-f]{4}…[0-9a-f]{2}, computed [0-9a-f]{4}…[0-9a-f]{2}\. /,
    )
    assert.match(out, /(?:as it was|as they were) written; nothing after can be relied on\.\n$/)
  })

  test('with a torn line names its number, and with the end cut off says so', async () => {
    const lines = trail.toString().split('\n')
    const torn = await verify(lines.with(2, lines[2]?.slice(0, 40) ?? '').join('\n'))
    assert.match(torn.out, /^✗ Line 3 is none that an export writes: it is torn or garbled\.\n/)
    const cut = await verify(lines.slice(0, -2).join('\n') + '\n')
    assert.match(
      cut.out,
      /^✗ The file ends before line \d+, without its last line: it was cut off\.\n/,
    )
    const half = await verify(trail.subarray(0, -20))
    assert.match(half.out, /^✗ Line \d+ is none that an export writes/)
    assert.deepEqual([torn.code, cut.code, half.code], [1, 1, 1])
  })

  test('does not hold with any one byte changed', async () => {
    const file = join(served.repository, 'flipped.jsonl')
    for (let at = 0; at < trail.length; at += 23) {
      const flipped = Buffer.from(trail)
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at)
      await writeFile(file, flipped)
      const verdict = await verifyAuditFile(file, undefined)
      assert.ok(!verdict.ok, `byte ${at}: ${trail.toString('utf8', at - 30, at + 30)}`)
    }
  })

  test('does not hold with a field written twice', async () => {
    const { code, out } = await verify(
      withText('"type":"secret_set"', '"type":"x","type":"secret_set"'),
    )
    assert.deepEqual([code, /^✗ Line \d+ is none/.test(out)], [1, true])
  })

  test('is refused in words when its name is that of no file', async () => {
    const cases = [
      ['lockstep', /^Refused: lockstep is a folder, not a file\.\n/],
      ['none.jsonl', /^Refused: there is no file none\.jsonl\.\n/],
      ['', /^An empty name is given where a file belongs\.\n/],
    ] as const
    for (const [file, said] of cases) {
      const { errors } = await served.lockstep(['audit', 'verify', '--file', file])
      assert.match(errors, said)
    }
    const key = await served.lockstep('key add release lockstep -p connected-car'.split(' '))
    assert.match(key.errors, /^Refused: lockstep is a folder, not a file\.\n/)
  })

  test('is not written for a period that ends before it begins', async () => {
    const typed = 'audit export -p connected-car --from 2026-12-01 --until 2026-11-01'
    const { code, out, errors } = await served.lockstep(typed.split(' '))
    assert.deepEqual([code, out], [2, ''])
    assert.match(errors, /^--from is not before --until: no entry can be between\.\n/)
  })

  test('of a period holds for itself, also with nothing in it', async () => {
    const empty = await verify(await ok('audit export -p connected-car --from 2099-01-01'))
    assert.equal(empty.out, '✓ No entries of connected-car in this period; the file is whole.\n')
    const part = await verify(await ok('audit export -p connected-car --until 2099-01-01'))
    assert.equal(part.code, 0, part.out)
  })
})
