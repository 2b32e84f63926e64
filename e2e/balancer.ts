// What stands before several servers: one address, behind which connections go to the first server that takes them.

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** One address for all servers. Disposing it cuts every connection. */
export interface Balancer extends AsyncDisposable {
  readonly url: string
  /** The ports of the servers from now on, in the order in which they are tried. */
  use(ports: readonly number[]): void
}

export async function startBalancer(): Promise<Balancer> {
  let ports: readonly number[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    socket.on('error', () => undefined) // The other side hears it as the end of its connection.
    return socket.once('close', () => sockets.delete(socket))
  }
  const pass = (caller: Socket, [port, ...rest]: readonly number[]): void => {
    if (port === undefined) return void caller.destroy()
    const server = keep(connect(port, '127.0.0.1'))
    const tryNext = (): void => pass(caller, rest)
    server.once('error', tryNext)
    server.once('connect', () => {
      server.off('error', tryNext)
      server.once('close', () => caller.destroy())
      caller.once('close', () => server.destroy())
      caller.pipe(server).pipe(caller)
    })
  }
  const listener = createServer((caller) => pass(keep(caller), ports))
  const port = await listenAnywhere(listener)
  return {
    url: `http://127.0.0.1:${port}`,
    use(others) {
      ports = others
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** A port that was free a moment ago, for a server that has to say another address than its own. */
export async function findFreePort(): Promise<number> {
  const listener = createServer()
  const port = await listenAnywhere(listener)
  await new Promise((resolve) => listener.close(resolve))
  return port
}

async function listenAnywhere(listener: Server): Promise<number> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = listener.address() as AddressInfo
  return port
}
