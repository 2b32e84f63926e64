// node scripts/run-tests.ts FILES-AT-ONCE TIMEOUT-MS FILE…: runs test files, one process for each, in this order.
// `node --test` begins with the first of the alphabet, so that the one that takes longest may run alone at the end.
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const [filesAtOnce, timeoutMs, ...files] = process.argv.slice(2)
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort())

process.exitCode = 1 // Until all have passed.
const outcome = run({
  files,
  concurrency: Number(filesAtOnce),
  execArgv: [`--test-timeout=${timeoutMs}`],
  signal: interrupt.signal,
})
outcome.on('test:summary', ({ file, success }) => {
  if (file === undefined && success) process.exitCode = 0
})
outcome.compose(spec).pipe(process.stdout)
