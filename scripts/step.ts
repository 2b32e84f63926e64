// Runs the steps of a check and says how each went.
import { spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** A program with its arguments, under a name for the person who reads the outcome. */
export type Step = {
  readonly name: string
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** One list after the other; the steps of a list run at once, some of them. */
export type StepLists = readonly (readonly Step[])[]

type Outcome = { readonly step: Step; readonly isPassed: boolean; readonly seconds: string }

/** Ends a test that hangs. Far above what the longest takes, since a machine may be slow and busy. */
const TEST_TIMEOUT_MS = 300_000
/**
 * Tests wait more than they reckon: for programs that start, for a database, for a clock. So more files run at
 * once than there are processors, up to what the connections of one database server suffice for.
 */
const FILES_AT_ONCE = Math.min(2 * availableParallelism(), 8)
/** Many a step keeps one processor busy; what it needs of memory is why not all run at once. */
const STEPS_AT_ONCE = Math.max(2, availableParallelism())

/**
 * Runs every step, shows the output of those that fail, and sets the exit code. An interrupt ends what runs and skips
 * the rest.
 */
export async function runSteps(lists: StepLists): Promise<void> {
  const interrupt = new AbortController()
  const stop = (): void => interrupt.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  const outcomes: Outcome[] = []
  for (const list of lists) outcomes.push(...(await runAtOnce(list, interrupt.signal)))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
  const failed = outcomes.filter(({ isPassed }) => !isPassed)
  if (failed.length === 0 && outcomes.length === lists.flat().length) return
  const names = failed.map(({ step }) => step.name).join(', ')
  process.stdout.write(`\nFailed: ${names || 'interrupted'}\n`)
  process.exitCode = 1
}

async function runAtOnce(steps: readonly Step[], signal: AbortSignal): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = steps.values() // Whoever is free takes the next.
  const work = async (): Promise<void> => {
    for (const step of waiting) {
      if (signal.aborted) return
      outcomes.push(await runStep(step, signal))
    }
  }
  await Promise.all(Array.from({ length: STEPS_AT_ONCE }, work))
  return outcomes
}

/**
 * A step that runs all test files that match, one process for each; those of the first pattern begin first. A pattern
 * without a file is a failing step: tests that are not found would otherwise pass.
 */
export function testStep(
  name: string,
  patterns: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Step {
  const numbers = [String(FILES_AT_ONCE), String(TEST_TIMEOUT_MS)]
  return stepOver(patterns, (files) => ({
    name,
    command: [process.execPath, join(import.meta.dirname, 'run-tests.ts'), ...numbers, ...files],
    env,
  }))
}

/** As `testStep`, for files that are so small and so apart from the world that they share processes. */
export function unitTestStep(name: string, patterns: readonly string[]): Step {
  const program = join(import.meta.dirname, 'unit-tests.ts')
  return stepOver(patterns, (files) => ({
    name,
    command: [process.execPath, program, String(TEST_TIMEOUT_MS), ...files],
  }))
}

function stepOver(patterns: readonly string[], compose: (files: readonly string[]) => Step): Step {
  const found = patterns.map((pattern) => globSync(pattern).toSorted(byLength))
  const step = compose([...new Set(found.flat())])
  const empty = patterns.find((_, at) => found[at]?.length === 0)
  if (empty === undefined) return step
  const complaint = `process.stdout.write('There is no test file ${empty}\\n'); process.exitCode = 1`
  return { ...step, command: [process.execPath, '--eval', complaint] }
}

/** The longest first: what takes long does not begin when all others have ended. */
function byLength(one: string, other: string): number {
  return sizeOf(other) - sizeOf(one) || (one < other ? -1 : 1)
}

/** With what it plays from the folder of its name. */
function sizeOf(file: string): number {
  const folder = file.replace(/\.\w+\.ts$/, '')
  return [file, ...globSync(`${folder}/*.ts`)].reduce((sum, part) => sum + statSync(part).size, 0)
}

async function runStep(step: Step, signal: AbortSignal): Promise<Outcome> {
  const startedAt = performance.now()
  const { isPassed, output } = await runCommand(step, signal)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (!isPassed) process.stdout.write(`${output}\n`)
  process.stdout.write(`${isPassed ? '✓' : '✗'} ${step.name.padEnd(22)} ${seconds.padStart(6)} s\n`)
  return { step, isPassed, seconds }
}

function runCommand(
  step: Step,
  signal: AbortSignal,
): Promise<{ isPassed: boolean; output: string }> {
  const [program = '', ...args] = step.command
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...step.env },
      signal,
    })
    const parts: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.stderr.on('data', (part: Buffer) => parts.push(part))
    child.on('error', (error) => parts.push(Buffer.from(error.message)))
    child.on('close', (exitCode) =>
      resolve({ isPassed: exitCode === 0, output: Buffer.concat(parts).toString() }),
    )
  })
}
