#!/usr/bin/env node
// The program `lockstep`: hands over the streams, the environment and interrupts, and sets the exit code.

import { runCommandLine } from './command-line.ts'

const interrupt = new AbortController()
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(130) // Asked twice: at once.
  interrupt.abort()
})
process.on('SIGTERM', () => interrupt.abort())
// A reader such as `head` that has seen enough is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCommandLine({
  typed: process.argv.slice(2),
  environment: process.env,
  streams: process,
  cwd: process.cwd(),
  signal: interrupt.signal,
})
