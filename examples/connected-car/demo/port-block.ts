// Ports for every program of the product: a block that no other demo of this machine uses at the same time.

import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** A block of ports, kept from other demos until it is disposed. */
export interface PortBlock extends AsyncDisposable {
  readonly first: number
}

/** Where the first demo of a machine counts from; the next ones take the blocks above. */
const LOWEST = 4700
const BLOCKS_MAX = 60

/**
 * Takes the lowest block in which all ports of these offsets are free. The last port of the block is listened on as
 * long as it is held: a demo whose programs have not started yet keeps its block too.
 */
export async function takePortBlock(size: number, offsets: readonly number[]): Promise<PortBlock> {
  for (let block = 0; block < BLOCKS_MAX; block += 1) {
    const first = LOWEST + block * size
    const guard = await listen(first + size - 1)
    if (guard === undefined) continue
    if (await areFree(offsets.map((offset) => first + offset))) {
      return { first, [Symbol.asyncDispose]: () => close(guard) }
    }
    await close(guard)
  }
  throw new Error(
    `From port ${LOWEST} on there is no block of ${size} ports in which the demo's are free; end what listens there.`,
  )
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  const servers = await Promise.all(ports.map(listen))
  const taken = servers.filter((server) => server !== undefined)
  await Promise.all(taken.map(close))
  return taken.length === ports.length
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  } catch {
    return undefined
  }
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
