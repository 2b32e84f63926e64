// Ranges of addresses from which a token works: `10.0.0.0/8`, `2001:db8::/32`, or one address.

/** Addresses whose first bits are the same. */
interface SourceRange extends Address {
  readonly prefix: number
}

interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** Ranges that one token may be limited to. */
export const SOURCE_RANGES_MAX = 20

/** Whether this is one address or a range of them, IPv4 or IPv6. A range is written by its first address: not `10.0.0.1/8`. */
export function isSourceRange(text: string): boolean {
  const range = parseRange(text)
  return range !== undefined && range.value % (1n << BigInt(range.bits - range.prefix)) === 0n
}

/**
 * Whether a request from this address counts as one from these ranges; from anywhere when there are none. What is no address,
 * or a range that cannot be read, is within nothing. An IPv4 address in the form of IPv6 (`::ffff:10.0.0.1`) is the IPv4 one.
 */
export function isFromWithin(ranges: readonly string[], address: string): boolean {
  if (ranges.length === 0) return true
  const from = parseAddress(address)
  return from !== undefined && ranges.some((text) => holds(parseRange(text), from))
}

/** The first of these ranges that reaches beyond the others; undefined when all lie within. No range at all reaches everywhere. */
export function findRangeBeyond(
  ranges: readonly string[],
  within: readonly string[],
): string | undefined {
  if (within.length === 0) return undefined
  const outer = within.map(parseRange)
  return ranges.find((text) => {
    const inner = parseRange(text)
    return (
      inner === undefined ||
      !outer.some((one) => one !== undefined && one.prefix <= inner.prefix && holds(one, inner))
    )
  })
}

function holds(range: SourceRange | undefined, { bits, value }: Address): boolean {
  if (range?.bits !== bits) return false
  const rest = BigInt(bits - range.prefix)
  return value >> rest === range.value >> rest
}

function parseRange(text: string): SourceRange | undefined {
  const match = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text)
  const written = match?.[1] ?? ''
  const address = parseAddress(written)
  if (match === null || address === undefined) return undefined
  // The bits of `::ffff:10.0.0.0/104` are counted as IPv6 writes them.
  const skipped = written.includes(':') ? 128 - address.bits : 0
  const prefix = match[2] === undefined ? address.bits : Number(match[2]) - skipped
  return prefix < 0 || prefix > address.bits ? undefined : { ...address, prefix }
}

function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = parseIpv4(text)
    return value === undefined ? undefined : { bits: 32, value }
  }
  const value = parseIpv6(text)
  if (value === undefined) return undefined
  const isIpv4 = value >> 32n === 0xffffn
  return isIpv4 ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value }
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.')
  // A zero in front means octal to some programs: it is no address here.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part)))
    return undefined
  const bytes = parts.map(BigInt)
  return bytes.some((byte) => byte > 255n) ? undefined : joined(bytes, 8n)
}

function parseIpv6(text: string): bigint | undefined {
  const [head, tail, ...more] = text.split('::')
  if (head === undefined || more.length > 0) return undefined
  const [before, after] = [parseGroups(head), parseGroups(tail ?? '')]
  if (before === undefined || after === undefined) return undefined
  const left = 8 - before.length - after.length
  if (tail === undefined ? left !== 0 : left < 1) return undefined
  return joined([...before, ...Array<bigint>(left).fill(0n), ...after], 16n)
}

/** Groups of 16 bits; the last two may be written as an IPv4 address. */
function parseGroups(text: string): readonly bigint[] | undefined {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    const ipv4 = at === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined
    if (ipv4 !== undefined) groups.push(ipv4 >> 16n, ipv4 & 0xffffn)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`))
    else return undefined
  }
  return groups
}

function joined(parts: readonly bigint[], width: bigint): bigint {
  let value = 0n
  for (const part of parts) value = (value << width) | part
  return value
}
