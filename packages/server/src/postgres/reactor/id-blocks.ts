import { randomFillSync } from 'node:crypto'
import type { IdBlock, Instant } from '@lockstep/domain'

const POOL_BYTES = 8_192
const BLOCK_BYTES = 8

/** Makes fresh id blocks: UUIDv7 with 62 random bits and three zero digits at the end. */
export function createIdBlocks(): (at: Instant) => IdBlock {
  const pool = Buffer.alloc(POOL_BYTES)
  let used = POOL_BYTES
  return (at) => {
    if (used === POOL_BYTES) {
      randomFillSync(pool)
      used = 0
    }
    const random = pool.toString('hex', used, used + BLOCK_BYTES)
    used += BLOCK_BYTES
    const time = at.toString(16).padStart(12, '0')
    const variant = '89ab'.charAt(Number.parseInt(random.charAt(3), 16) & 3)
    // 12 random bits behind the version, 2 + 48 behind the variant, and room for the ordinals.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is where id blocks are made
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 16)}000` as IdBlock
  }
}
