import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { findRangeBeyond, isFromWithin, isSourceRange } from './source-range.ts'

suite('the ranges of addresses that a token works from', () => {
  for (const text of [
    '10.0.0.0/8',
    '10.0.0.7',
    '0.0.0.0/0',
    '2001:db8::/32',
    '::1',
    '::/0',
    '::ffff:10.0.0.0/104',
    'FE80::1/128',
  ]) {
    test(`${text} is one`, () => assert.equal(isSourceRange(text), true))
  }

  for (const text of [
    '',
    '10.0.0/8',
    '10.0.0.1/8',
    '2001:db8::1/32',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/',
    ' 10.0.0.0/8',
    '::/129',
    '::ffff:10.0.0.0/8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    'fe80::1%eth0',
    'example.com',
    '10.0.0.0-10.0.0.9',
  ]) {
    test(`"${text}" is none`, () => assert.equal(isSourceRange(text), false))
  }

  test('an address counts in the ranges that hold it, also when it is an IPv4 one in the form of IPv6', () => {
    const ranges = ['10.0.0.0/8', '192.168.7.0/24', '2001:db8::/32']
    const within = ['10.255.255.255', '::ffff:10.1.2.3', '192.168.7.9', '2001:db8:1::9']
    const outside = [
      '11.0.0.0',
      '::ffff:11.0.0.0',
      '192.168.8.1',
      '2001:db9::',
      '',
      'unknown',
      '10',
    ]
    assert.deepEqual(
      within.filter((address) => !isFromWithin(ranges, address)),
      [],
    )
    assert.deepEqual(
      outside.filter((address) => isFromWithin(ranges, address)),
      [],
    )
  })

  test('without a range every address counts; a range that cannot be read holds none', () => {
    assert.equal(isFromWithin([], 'whatever'), true)
    assert.equal(isFromWithin(['10.0.0.0/99'], '10.0.0.1'), false)
  })

  test('a range that reaches beyond the others is found', () => {
    const within = ['10.0.0.0/8', '::1']
    assert.equal(findRangeBeyond(['10.1.0.0/16', '10.0.0.0/8', '::1'], within), undefined)
    assert.equal(findRangeBeyond(['10.1.0.0/16', '10.0.0.0/7'], within), '10.0.0.0/7')
    assert.equal(findRangeBeyond(['0.0.0.0/0'], within), '0.0.0.0/0')
    assert.equal(findRangeBeyond(['::/0'], within), '::/0')
    assert.equal(findRangeBeyond(['0.0.0.0/0'], []), undefined)
  })

  test('it counts as the network stack does', () => {
    const ipv4 = fc.tuple(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    const ipv6 = fc.tuple(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }))
    for (const [family, pairs] of [
      ['ipv4', ipv4],
      ['ipv6', ipv6],
    ] as const) {
      fc.assert(
        fc.property(pairs, ([base, other, prefix]) => {
          const list = new BlockList()
          list.addSubnet(base, prefix, family)
          for (const address of [base, other]) {
            const counts = isFromWithin([`${base}/${prefix}`], address)
            assert.equal(counts, list.check(address, family), address)
          }
        }),
      )
    }
  })
})
