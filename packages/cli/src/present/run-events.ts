// What has happened between two readings of a run, as lines for a pipe.

import type { GateSummary, Run, Stage, Task } from '../documents.ts'
import { isOver } from './run-state.ts'
import { presentDone, shortAddress } from './run.ts'
import { counted, shortDigest } from './layout.ts'
import { msOf, presentElapsed } from './time.ts'

/** One line for each thing that has happened since the run was read before; all of its story for the first reading. */
export function presentEvents(before: Run | undefined, now: Run): string[] {
  const address = shortAddress(now)
  const lines: Line[] = []
  const say = (at: string | null, text: string): void => void lines.push({ at: at ?? '', text })
  if (before === undefined) {
    say(now.startedAt, `run ${address} started by ${now.starter}, plan ${shortDigest(now.plan)}`)
  }
  if (now.paused !== null && before?.paused == null) {
    say(now.paused.at, `run ${address} on hold by ${now.paused.by}: ${now.paused.reason}`)
  }
  if (before?.paused != null && now.paused === null) say(null, `run ${address} goes on`)
  for (const stage of now.stages) {
    const was = before?.stages.find(({ name }) => name === stage.name)
    sayGate(say, `${stage.name}.entry`, was?.entry, stage.entry)
    for (const task of stage.tasks) {
      const wasTask = was?.tasks.find(({ key }) => key === task.key)
      sayAnswers(say, stage, wasTask, task)
      sayTask(say, stage, wasTask, task)
    }
    sayGate(say, `${stage.name}.exit`, was?.exit, stage.exit)
  }
  if (isOver(now) && (before === undefined || !isOver(before))) {
    const after = presentElapsed(msOf(now.finishedAt ?? now.startedAt) - msOf(now.startedAt))
    say(now.finishedAt, `run ${address} ${now.state} after ${after}`)
  }
  return inOrder(lines).map(({ at, text }) => (at === '' ? text : `${at} ${text}`))
}

interface Line {
  readonly at: string
  readonly text: string
}
type Say = (at: string | null, text: string) => void

function inOrder(lines: readonly Line[]): Line[] {
  // A line without a time stays behind the one that was said before it.
  const timed: Line[] = []
  let at = ''
  for (const line of lines) {
    at = line.at === '' ? at : line.at
    timed.push({ at, text: line.text })
  }
  return timed.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

function sayGate(say: Say, name: string, was: GateSummary | undefined, gate: GateSummary): void {
  const isNew = was?.state !== gate.state || was.instance !== gate.instance
  if (!isNew || gate.state === 'not_reached' || gate.state === 'checking') return
  const checks = gate.checks === 0 ? '' : `: ${gate.checksHold} of ${counted(gate.checks, 'check')}`
  const given =
    gate.approvals === 0 ? '' : `, ${gate.approvalsGiven} of ${counted(gate.approvals, 'approval')}`
  if (gate.state === 'waiting') {
    const people = gate.rules.filter(
      ({ kind, state }) => kind === 'approval' && state === 'waiting',
    )
    const whom = [...new Set(people.flatMap(({ by }) => by))].toSorted().join(', ')
    return say(gate.since, `gate ${name} waiting for ${whom === '' ? 'a person' : whom}`)
  }
  const reason = gate.reason === null || gate.reason === '' ? '' : `, ${gate.reason}`
  say(gate.since, `gate ${name} ${gate.state}${checks}${given}${reason}`)
}

/** What was unknown and is not any more: the agent is back, or a person has said so. */
function sayAnswers(say: Say, stage: Stage, was: Task | undefined, task: Task): void {
  const open = new Set(jobsOf(was).flatMap(({ id, state }) => (state === 'unknown' ? [id] : [])))
  for (const { id, state, step, resource, exitCode } of jobsOf(task)) {
    if (!open.has(id) || state === 'unknown') continue
    const how =
      exitCode === null ? '' : `: the agent is back, its journal says exit code ${exitCode}`
    say(null, `step ${stage.name}/${task.key}/${step}@${resource} ${state}${how}`)
  }
}

function jobsOf(task: Task | undefined): Task['steps'][number]['jobs'] {
  return task?.steps.flatMap(({ jobs }) => jobs) ?? []
}

function sayTask(say: Say, stage: Stage, was: Task | undefined, task: Task): void {
  if (was?.state === task.state && was.attempt === task.attempt) return
  const name = `task ${stage.name}/${task.key}`
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : ''
  if (task.state === 'running') return say(task.startedAt, `${name} running${attempt}`)
  if (task.state === 'waiting' && task.waitsFor !== null) {
    return say(task.waitsFor.since, `${name} waiting for ${task.waitsFor.what}`)
  }
  if (task.state === 'pending' || task.state === 'ready') return
  const after =
    task.startedAt === null || task.finishedAt === null
      ? ''
      : ` after ${presentElapsed(msOf(task.finishedAt) - msOf(task.startedAt))}`
  const done = task.state === 'succeeded' ? presentDone(task, Infinity) : (task.reason ?? '')
  const tests = task.tests === null ? '' : `${task.tests.passed} of ${task.tests.total} passed`
  const more = [tests, done].filter((text) => text !== '').join(', ')
  say(
    task.finishedAt ?? task.since,
    `${name} ${task.state}${after}${attempt}${more === '' ? '' : `, ${more}`}`,
  )
}
