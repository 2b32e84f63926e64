// Argon2id hashes of passwords: at most two computed at a time, the rest waits in a short queue.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { assertInvariant } from '@lockstep/domain'

const argon2Async = promisify(argon2)

interface Cost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

/** The floor: 46 MiB, one pass. Each hash keeps its own cost; a cheaper one is replaced at the next sign-in. */
const COST: Cost = { memoryKiB: 47_104, passes: 1, lanes: 1 }
const SALT_BYTES = 16
const TAG_BYTES = 32
const AT_ONCE_MAX = 2
const QUEUE_MAX = 32

/** The queue is full: come again in a second. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

export interface Verdict {
  readonly matches: boolean
  /** Cheaper than the floor of today: hash again. */
  readonly outdated: boolean
}

/** Hashes and verifies passwords. Both reject with `PasswordsBusy` instead of queueing without end. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** With no stored hash it takes as long and never matches. */
  verify(password: string, stored: string | undefined): Promise<Verdict>
}

/** One queue per process: two hashes at once are all the memory that sign-ins may take. */
export function createPasswords(cost: Cost = COST): Passwords {
  const queue = createQueue()
  const hash = async (password: string): Promise<string> => {
    const salt = randomBytes(SALT_BYTES)
    return format(cost, salt, await queue(() => tag(password, salt, cost)))
  }
  const decoy = format(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES))
  return {
    hash,
    async verify(password, stored) {
      const { cost: used, salt, expected } = parse(stored ?? decoy)
      const actual = await queue(() => tag(password, salt, used))
      const matches = timingSafeEqual(actual, expected) && stored !== undefined
      return { matches, outdated: used.memoryKiB < cost.memoryKiB || used.passes < cost.passes }
    },
  }
}

function tag(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return argon2Async('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    parallelism: cost.lanes,
    tagLength: TAG_BYTES,
    memory: cost.memoryKiB,
    passes: cost.passes,
  })
}

function format(cost: Cost, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${text(salt)}$${text(hash)}`
}

function parse(stored: string): { cost: Cost; salt: Buffer; expected: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored)
  assertInvariant(match !== null, 'a stored password is an argon2id hash with its cost')
  const [, memoryKiB, passes, lanes, salt = '', hash = ''] = match
  return {
    cost: { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    expected: Buffer.from(hash, 'base64'),
  }
}

/** Runs at most `AT_ONCE_MAX` works at a time, in the order they came. */
function createQueue(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= AT_ONCE_MAX) {
      if (waiting.length >= QUEUE_MAX)
        throw new PasswordsBusy('too many passwords are being checked')
      await new Promise<void>((resolve) => waiting.push(resolve)) // The one before hands its place over.
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
