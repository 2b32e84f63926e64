// Runs the evaluator: a child process with nothing but the files of the repository.

import { spawn } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Evaluation } from './evaluator.ts'

/** How long the definitions of a folder may take to evaluate. */
export const EVALUATION_TIMEOUT_MS = 10_000
/** Memory for evaluating the definitions of a folder, in MiB. */
export const EVALUATION_MEMORY_MIB = 256
/** Bytes that the definitions of a folder may become, with their places. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024

export type EvaluationResult =
  | ({ readonly ok: true } & Evaluation)
  | {
      readonly ok: false
      readonly reason: 'too_long' | 'too_large' | 'broken'
      readonly message: string
    }

const OWN_SOURCE = fileURLToPath(new URL('../../', import.meta.url))
const EVALUATOR = fileURLToPath(new URL('./evaluator.ts', import.meta.url))

/** Evaluates TypeScript files of a repository. What they print is dropped; what they export comes back as data. */
export async function evaluateTypescript(
  files: readonly string[],
  repository: string,
  timeoutMs: number = EVALUATION_TIMEOUT_MS,
): Promise<EvaluationResult> {
  const own = await realpath(OWN_SOURCE)
  const readable = [await realpath(repository), own].flatMap((folder) => [
    folder,
    path.join(folder, '*'),
  ])
  const child = spawn(
    process.execPath,
    [
      '--permission',
      ...readable.map((folder) => `--allow-fs-read=${folder}`),
      '--disallow-code-generation-from-strings',
      `--max-old-space-size=${EVALUATION_MEMORY_MIB}`,
      '--no-warnings',
      EVALUATOR,
      new URL('../../index.ts', import.meta.url).href,
      ...files,
    ],
    { cwd: repository, env: {}, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  )
  return new Promise((resolve, reject) => {
    const output: Buffer[] = []
    let outputBytes = 0
    let errorText = ''
    let stopped: 'too_long' | 'too_large' | undefined
    const stop = (reason: 'too_long' | 'too_large'): void => {
      stopped ??= reason
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => {
      stop('too_long')
    }, timeoutMs)
    child.stderr?.on('data', (chunk: Buffer) => {
      errorText = (errorText + chunk.toString()).slice(-4_000)
    })
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length
      if (outputBytes > OUTPUT_BYTES_MAX) stop('too_large')
      else output.push(chunk)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (stopped === undefined && code === 0) {
        resolve({ ok: true, ...readEvaluation(Buffer.concat(output).toString()) })
      } else resolve(describeEnd(stopped, errorText, timeoutMs))
    })
  })
}

function describeEnd(
  stopped: 'too_long' | 'too_large' | undefined,
  errorText: string,
  timeoutMs: number,
): EvaluationResult {
  if (stopped === 'too_long') {
    return {
      ok: false,
      reason: 'too_long',
      message: `The definitions were not evaluated within ${timeoutMs / 1000} s. Is there a loop without an end?`,
    }
  }
  if (
    stopped === 'too_large' ||
    errorText.includes('heap out of memory') ||
    errorText.includes('Allocation failed')
  ) {
    return {
      ok: false,
      reason: 'too_large',
      message: `The definitions need more than ${EVALUATION_MEMORY_MIB} MB to evaluate.`,
    }
  }
  const line =
    errorText.split('\n').find((text) => /Error|error/.test(text)) ?? 'it ended without an answer'
  return {
    ok: false,
    reason: 'broken',
    message: `The definitions cannot be evaluated: ${line.trim()}`,
  }
}

// What the child says is data to be checked like any other file: its shape is ours, its content is not.
function readEvaluation(text: string): Evaluation {
  const value: unknown = JSON.parse(text)
  if (
    typeof value !== 'object' ||
    value === null ||
    !('definitions' in value) ||
    !('failures' in value)
  ) {
    return { definitions: [], failures: [] }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the evaluator beside this file
  return value as Evaluation
}
