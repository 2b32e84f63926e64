// Runs the evaluator: a child process with nothing but the files of the repository.

import { spawn } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Evaluation } from './evaluator.ts'

/** How long the definitions of a folder may compute, and how long they may take on a machine that is busy with other things. */
export const EVALUATION_LIMITS: EvaluationLimits = { computingS: 10, wholeMs: 120_000 }
/** Memory for evaluating the definitions of a folder, in MiB. */
export const EVALUATION_MEMORY_MIB = 256
/** Bytes that the definitions of a folder may become, with their places. */
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024

interface EvaluationLimits {
  /** Time of the processor, in whole seconds: a loaded machine does not make good definitions bad ones. */
  readonly computingS: number
  readonly wholeMs: number
}

type Stopped = 'computing' | 'waiting' | 'too_large'

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
  limits: EvaluationLimits = EVALUATION_LIMITS,
): Promise<EvaluationResult> {
  const own = await realpath(OWN_SOURCE)
  const readable = [await realpath(repository), own].flatMap((folder) => [
    folder,
    path.join(folder, '*'),
  ])
  const [program, before] = limitComputing(limits.computingS)
  const child = spawn(
    program,
    [
      ...before,
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
    let stopped: Stopped | undefined
    const stop = (reason: Stopped): void => {
      stopped ??= reason
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => {
      stop('waiting')
    }, limits.wholeMs)
    child.stderr?.on('data', (chunk: Buffer) => {
      errorText = (errorText + chunk.toString()).slice(-4_000)
    })
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      outputBytes += chunk.length
      if (outputBytes > OUTPUT_BYTES_MAX) stop('too_large')
      else output.push(chunk)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGXCPU') stopped ??= 'computing'
      if (stopped === undefined && code === 0) {
        resolve({ ok: true, ...readEvaluation(Buffer.concat(output).toString()) })
      } else resolve(describeEnd(stopped, errorText, limits))
    })
  })
}

/**
 * Node under a limit that the system itself keeps: the program is ended with SIGXCPU, however it loops. Where there is no
 * such shell, only the whole time is limited.
 */
function limitComputing(seconds: number): readonly [program: string, before: readonly string[]] {
  if (process.platform === 'win32') return [process.execPath, []]
  const limit = `ulimit -c 0; ulimit -S -t ${seconds}; ulimit -H -t ${seconds + 1}; exec /usr/bin/env -i "$@"`
  return ['/bin/sh', ['-c', limit, 'sh', process.execPath]]
}

function describeEnd(
  stopped: Stopped | undefined,
  errorText: string,
  { computingS, wholeMs }: EvaluationLimits,
): EvaluationResult {
  if (stopped === 'computing') {
    return {
      ok: false,
      reason: 'too_long',
      message: `The definitions computed for more than ${computingS} s and were stopped. Is there a loop without an end?`,
    }
  }
  if (stopped === 'waiting') {
    return {
      ok: false,
      reason: 'too_long',
      message: `The definitions were not evaluated within ${wholeMs / 1000} s. They wait for something, or this machine is very busy.`,
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
