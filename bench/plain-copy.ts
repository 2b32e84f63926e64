// Measures a plain copy over loopback HTTP into a file.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('copy-program.ts', import.meta.url))

/** Bytes per second, in chunks of this size on so many connections. */
export async function measurePlainCopy(copy: {
  readonly bytes: number
  readonly chunkBytes: number
  readonly connections: number
}): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-copy-'))
  const child = fork(PROGRAM, [join(folder, 'copy')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const agent = new Agent({ keepAlive: true })
  try {
    const [port]: unknown[] = await once(child, 'message')
    const chunk = Buffer.alloc(copy.chunkBytes, 'x')
    let left = Math.ceil(copy.bytes / copy.chunkBytes)
    const began = performance.now()
    await Promise.all(
      Array.from({ length: copy.connections }, async () => {
        for (; left > 0; left -= 1) await put(Number(port), agent, chunk)
      }),
    )
    return (copy.bytes * 1_000) / (performance.now() - began)
  } finally {
    agent.destroy()
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true, force: true })
  }
}

function put(port: number, agent: Agent, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': String(chunk.length) }
    const asking = request({ port, host: '127.0.0.1', method: 'PUT', agent, headers }, (answer) => {
      answer.resume().once('end', resolve)
    })
    asking.once('error', reject).end(chunk)
  })
}
