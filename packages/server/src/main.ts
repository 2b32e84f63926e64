// Starts the server, prints where it is ready, and stops it in order.

import { readFile } from 'node:fs/promises'

const NODE_MAJOR_MIN = 24
/** Answers under way get this long; then the process ends, and whoever waits asks again. */
const STOP_WITHIN_MS = 15_000
const PACKAGE = new URL('../package.json', import.meta.url)

async function main(): Promise<void> {
  const nodeVersion = process.versions.node
  if (Number.parseInt(nodeVersion, 10) < NODE_MAJOR_MIN) {
    const rule = `Lockstep needs Node ${NODE_MAJOR_MIN} or later; this is ${nodeVersion}.`
    return report(new Refusal(`${rule} "npm start" uses the one that comes with it.`))
  }
  // Only now: an older Node cannot even load what these import.
  const { readConfig } = await import('./config.ts')
  const { compose } = await import('./compose.ts')
  const { startLines } = await import('./observe/start-lines.ts')
  const { version }: { version: string } = JSON.parse(await readFile(PACKAGE, 'utf8'))
  const config = readConfig(process.env)
  const running = await compose(config, version)
  stopOnSignal(running)
  const { dataDir, smtpUrl } = config
  const from = { version, nodeVersion, workingDir: process.cwd(), dataDir }
  process.stdout.write(startLines({ ...running, ...from, hasMail: smtpUrl !== undefined }))
}

class Refusal extends Error {
  override readonly name = 'Refusal'
}

function stopOnSignal(running: AsyncDisposable): void {
  let isStopping = false
  const stop = (): void => {
    if (isStopping) process.exit(1) // Asked twice: at once.
    isStopping = true
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    Promise.resolve(running[Symbol.asyncDispose]()).catch(report)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}

/** A sentence for what a person can change; a stack for what is our bug. */
function report(error: unknown): void {
  const told = error instanceof Error ? error : new Error(String(error))
  const isExpected = /(Refusal|Fault)$/.test(told.name)
  process.stderr.write(`${isExpected ? told.message : (told.stack ?? told.message)}\n`)
  process.exitCode = 1
}

await main().catch(report)
