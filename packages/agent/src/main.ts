// The agent: `main.ts [--once]` works for a server; `main.ts supervise FILE` stays with one job.
import { fileURLToPath } from 'node:url'

const [command, ...args] = process.argv.slice(2)
if (command === 'supervise') {
  const { supervise } = await import('./exec/supervise.ts')
  await supervise(args[0] ?? '')
} else {
  const { runAgent } = await import('./run-agent.ts')
  process.exitCode = await runAgent({
    env: process.env,
    args: process.argv.slice(2),
    program: [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)],
  })
}
