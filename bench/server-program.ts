// The server as a program of its own on a benchmark's database, to be killed and started again.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))

export interface ServerProgram extends AsyncDisposable {
  readonly url: string
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  /** Resolves when it takes requests. */
  start(): Promise<void>
}

export async function startServerProgram(databaseUrl: string): Promise<ServerProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-server-'))
  const port = await findFreePort()
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        LOCKSTEP_DATA: folder,
        LOCKSTEP_PORT: String(port),
        LOCKSTEP_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await untilReady(child)
  }
  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.stdout?.on('data', (bytes: Buffer) => {
      output += bytes.toString()
      if (/ready at .*\n/.test(output)) resolve()
    })
  })
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on an address and a port
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
