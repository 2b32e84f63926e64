import type { Client } from '@lockstep/client'

import { parseRunAddress, type Part } from '../../address/address.ts'
import { findRun, findStage, jobsOf, workIn } from '../../address/resolve.ts'
import { answer, tell, viewOf } from '../../command/answer.ts'
import { command, type ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Job, Run, Task } from '../../documents.ts'
import { followRun } from '../run/follow-run.ts'
import { isOver } from '../../present/run-state.ts'
import { markOf } from '../../terminal/style.ts'
import { presentElapsed, elapsedBetween } from '../../present/time.ts'
import { LogWriter } from './log-writer.ts'
import { readLog } from './read-log.ts'

const ERRORS = /\b(error|fail(ed|ure)?|exception|fatal|panic|not ok|✗|✖)\b|^\s*(✗|✖|E\s)/i

export const logs = command({
  words: 'logs',
  arguments: { work: { shown: 'TASK|STEP', completes: 'task' } },
  flags: {
    follow: {
      type: 'boolean',
      short: 'f',
      summary: 'until it ends; then with its outcome as exit code',
    },
    errors: { type: 'boolean', summary: 'only lines that look like errors' },
    grep: { type: 'text', value: 'TEXT', summary: 'only lines with this text' },
    raw: { type: 'boolean', summary: 'the bytes as the command wrote them, also on a terminal' },
  },
  summary: 'Show the log of a task, or of one of its steps on a resource',
  examples: [
    'lockstep logs connected-car-2.0/7/staging/car-to-phone --follow',
    'lockstep logs connected-car-2.0/7/staging/deploy-data-backend/ingest-api/restart@eu-edge-2 --errors',
  ],
  async run(context, { work: address }, flags) {
    const client = await context.connect()
    const { run: reference, part } = parseRunAddress(address)
    if (part.kind === 'gate') throw new UsageRefusal(`"${address}" is a gate; a gate has no log.`)
    const run = await findRun(context, client, reference)
    const matches = matcherOf(flags)
    const reader: Reader = { context, client, matches, follow: flags.follow, raw: flags.raw }
    return flags.follow ? followWork(reader, run, part) : printWork(reader, run, part)
  },
})

interface Reader {
  readonly context: Context
  readonly client: Client
  readonly matches: ((line: string) => boolean) | undefined
  readonly follow: boolean
  readonly raw: boolean
}

function matcherOf(flags: {
  readonly errors: boolean
  readonly grep: string | undefined
}): ((line: string) => boolean) | undefined {
  const { errors, grep } = flags
  if (!errors && grep === undefined) return undefined
  return (line) => (!errors || ERRORS.test(line)) && (grep === undefined || line.includes(grep))
}

/** The jobs that an address means: of a step, a task, a stage, or of the whole run. */
function jobsIn(run: Run, part: Part): Job[] {
  if (part.kind === 'work') return jobsOf(workIn(run, part))
  const stages = part.kind === 'stage' ? [findStage(run, part.stage)] : run.stages
  return stages.flatMap((stage) =>
    stage.tasks.flatMap((task) =>
      jobsOf({ run, stage, task, step: undefined, resource: undefined }),
    ),
  )
}

async function printWork(reader: Reader, run: Run, part: Part): Promise<ExitCode> {
  const jobs = jobsIn(run, part)
  if (jobs.length === 0) {
    throw new Refusal('nothing has been written yet: no step of it has begun.', [
      'Wait for it:  lockstep logs … --follow',
    ])
  }
  const documents: unknown[] = []
  let written = 0
  for (const job of jobs) {
    const { text, bytes } = await printJob(reader, run, job, jobs.length > 1 && !reader.raw)
    documents.push({ job: job.id, resource: job.resource, state: job.state, text })
    written += bytes
  }
  if (reader.context.json) answer(reader.context, documents, '')
  else if (written === 0) tell(reader.context, nothingWritten(jobs))
  return 0
}

function nothingWritten(jobs: readonly Job[]): string {
  const isOpen = jobs.some(({ state }) => OPEN.includes(state))
  return isOpen
    ? 'Nothing has been written yet. Wait for it:  lockstep logs … --follow'
    : 'Nothing was written.'
}

/** One log from its beginning, and how long it is; its text is only kept for `--json`. */
async function printJob(
  reader: Reader,
  run: Run,
  job: Job,
  named: boolean,
): Promise<{ readonly text: string; readonly bytes: number }> {
  const { context, client, matches } = reader
  const parts: Buffer[] = []
  const writer = new LogWriter(context, { matches, raw: reader.raw, lead: '' })
  if (named && !context.json)
    context.terminal.print(
      `${markOf(job.state)} ${job.step}${job.link === '' ? '' : `, ${job.link}`}, on ${job.resource}`,
    )
  let length = 0
  for await (const { bytes } of readLog(client, run, job, {
    follow: false,
    signal: context.signal,
  })) {
    length += bytes.length
    if (context.json) parts.push(bytes)
    else writer.write(bytes)
  }
  writer.end()
  return { text: Buffer.concat(parts).toString(), bytes: length }
}

/** Follows every job of the work as it appears, until the work has ended. */
async function followWork(reader: Reader, run: Run, part: Part): Promise<ExitCode> {
  const { context, client } = reader
  const following = new Map<string, Promise<void>>()
  let last = run
  for await (const { run: now } of followRun(client, run.id, context.signal)) {
    last = now
    const jobs = jobsIn(now, part)
    for (const job of jobs) {
      if (following.has(job.id)) continue
      const lead = part.kind === 'work' && part.resource !== undefined ? '' : `${job.resource}  `
      following.set(job.id, followJob(reader, now, job, jobs.length > 1 ? lead : ''))
    }
    if (isWorkOver(now, part)) break
  }
  await Promise.all(following.values())
  return endOf(context, last, part)
}

async function followJob(reader: Reader, run: Run, job: Job, lead: string): Promise<void> {
  const { context, client, matches, raw } = reader
  const writer = new LogWriter(context, { matches, raw, lead: raw ? '' : lead })
  for await (const { bytes } of readLog(client, run, job, {
    follow: true,
    signal: context.signal,
  })) {
    writer.write(bytes)
  }
  writer.end()
}

const OPEN: readonly string[] = ['pending', 'ready', 'running', 'waiting', 'unknown']

function isWorkOver(run: Run, part: Part): boolean {
  return isOver(run) || tasksIn(run, part).every(({ state }) => !OPEN.includes(state))
}

function tasksIn(run: Run, part: Part): readonly Task[] {
  if (part.kind === 'work') return [workIn(run, part).task]
  const stages = part.kind === 'stage' ? [findStage(run, part.stage)] : run.stages
  return stages.flatMap(({ tasks }) => tasks)
}

function endOf(context: Context, run: Run, part: Part): ExitCode {
  const tasks = tasksIn(run, part)
  const bad = tasks.find(({ state }) => state !== 'succeeded' && state !== 'skipped')
  const task = bad ?? tasks.at(-1)
  if (task === undefined) return 0
  const ms = elapsedBetween(task.startedAt, task.finishedAt, viewOf(context).nowMs)
  const after = ms === undefined ? '' : ` after ${presentElapsed(ms)}`
  tell(context, `${markOf(task.state)} ${task.title} ${task.state}${after}`)
  return bad === undefined ? 0 : 1
}
