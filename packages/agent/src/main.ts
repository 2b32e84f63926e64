// The agent: `main.ts [--once]` works for a server; `main.ts supervise FILE` stays with one job.
import { fileURLToPath } from 'node:url'

/** Loads only what the command needs: a supervisor is started for every job. */
async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2)
  if (command === 'supervise') {
    const { supervise } = await import('./exec/supervise.ts')
    return supervise(args[0] ?? '')
  }
  const { runAgent } = await import('./run-agent.ts')
  process.exitCode = await runAgent({
    env: process.env,
    args: process.argv.slice(2),
    program: [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)],
  })
}

// Not awaited: the one-file agent is CommonJS, which has no await at its top. A rejection ends the program with its stack.
void main()
