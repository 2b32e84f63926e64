// node scripts/unit-tests.ts TIMEOUT-MS FILE…: runs unit tests, with as many processes as there are processors. They share nothing
// that one could leave to another, and most of their files take less time than a process of its own takes to start.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

const [timeoutMs, ...files] = process.argv.slice(2)
const count = Math.min(availableParallelism(), files.length)
const children = Array.from({ length: count }, (_, at) =>
  spawn(
    process.execPath,
    [
      '--test',
      '--test-isolation=none',
      `--test-shard=${at + 1}/${count}`,
      `--test-timeout=${timeoutMs}`,
      ...files,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  ),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => children.forEach((child) => child.kill(signal)))
}
const outcomes = await Promise.all(
  children.map(async (child) => {
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
    const [exitCode] = await once(child, 'close')
    return { said, exitCode }
  }),
)
// One after the other: what failed stands at the end of each.
for (const { said, exitCode } of outcomes) {
  process.stdout.write(said)
  if (exitCode !== 0) process.exitCode = 1
}
