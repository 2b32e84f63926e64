// One view of one run: what is done, what works, what waits for whom, what comes next.

import type { GateSummary, Run, Stage, Task, UsualTimes } from '../documents.ts'
import { markOf, MARKS } from '../terminal/style.ts'
import { bar, counted, fold, padded, row, spread, WIDE_MIN } from './layout.ts'
import { amountsOf, presentRunGate } from './run-gate.ts'
import {
  elapsedBetween,
  presentElapsed,
  presentMoment,
  presentTime,
  presentWait,
  msOf,
  type View,
} from './time.ts'
import { wholeReason } from './whole-reason.ts'

const VERSIONS_COLUMN = 22
const AGENT_COLUMN = 22

/** What a view of a run may have beside the run. */
export interface Beside {
  /** Whether it is drawn again with each change. */
  readonly live?: 'live' | 'lost'
  /** How long it took before: shown where there is room, of what runs and what is to come. */
  readonly usual?: UsualTimes
}

/** The view of `run show`, and each frame of `run watch`. */
export function presentRun(run: Run, view: View, { live, usual }: Beside = {}): string {
  const told = live === undefined ? '' : `${live === 'live' ? 'live' : 'connection lost'} · `
  const head = spread(
    `${run.title} · run ${run.number}${presentRevision(run, view)}`,
    `${told}${presentMoment(view.nowMs, view.zone)}`,
    view.width,
  )
  const lines = [head, ...fold(presentSituation(run, view), view.width, '  '), '']
  const folded: string[] = []
  if (run.brings.some(({ passed }) => passed !== null)) lines.push(presentTeams(run, view))
  for (const stage of run.stages) {
    const isOver = stage.exit.state === 'passed'
    if (isOver) folded.push(`${stage.title} entry`, stage.title, `${stage.title} exit`)
    else lines.push(...presentStage(stage, view, usualOf(usual, stage)))
  }
  if (folded.length > 0) {
    const isFirstTeams = lines.length > 3 && lines[3]?.includes('Team pipelines') === true
    const names = isFirstTeams ? ['Team pipelines', ...folded] : folded
    const at = isFirstTeams ? 4 : 3
    lines.splice(3, at - 3, ...fold(`${MARKS.passed} ${names.join(' · ')}`, view.width, '  '))
  }
  return lines.join('\n')
}

/** Where there is room: the revision that the run keeps, whatever is applied meanwhile. */
function presentRevision({ revisions, pipeline }: Run, { width }: View): string {
  const used = revisions.find(({ kind, name }) => kind === 'pipeline' && name === pipeline)
  return used === undefined || width < WIDE_MIN ? '' : ` · rev ${used.revision}`
}

/** What a reader wants to know first, in a sentence or two. */
export function presentSituation(run: Run, view: View): string {
  const next = run.next === '' ? '' : ` Next: ${withoutDot(run.next)}`
  if (run.fault !== null) {
    return `Set aside after a fault of ours (${run.fault}). Tell whoever runs this server.`
  }
  if (run.finishedAt !== null) {
    const after = presentElapsed(msOf(run.finishedAt) - msOf(run.startedAt))
    return `${capital(run.state)} after ${after}, started by ${run.starter}`
  }
  if (run.paused !== null) {
    const { by, at, reason } = run.paused
    return `On hold since ${presentTime(at, view)}, by ${by}: ${reason}`
  }
  const [waits] = run.waitsFor
  if (waits !== undefined && run.working.length === 0) {
    const until = waits.until === null ? '' : `, until ${presentTime(waits.until, view)}`
    const whom =
      waits.on === 'person' && isSentence(waits.what) ? `a person: ${waits.what}` : waits.what
    const more = run.next.includes(waits.what) ? '' : next
    return `Waits ${presentWait(view.nowMs - msOf(waits.since))} for ${whom}${until}.${more}`
  }
  const stage = run.stages.find(({ state }) => state === 'running')
  if (stage !== undefined) return `${stage.title} runs.${next}`
  const [working] = run.working
  return `${working === undefined ? `The run is ${run.state}` : capital(withoutDot(working))}.${next}`
}

/** What a person is waited for may be a name, or what has happened. */
function isSentence(what: string): boolean {
  return /\b(failed|errored|unknown)\b/.test(what)
}

function presentTeams(run: Run, { width }: View): string {
  const passed = run.brings.filter((brought) => brought.passed !== null)
  const text =
    width < WIDE_MIN
      ? `${passed.length} of ${run.brings.length} passed`
      : passed
          .map((brought) => `${withoutProject(brought.passed ?? '')} ${MARKS.passed}`)
          .join('   ')
  return row(`${MARKS.passed} Team pipelines`, text)
}

/** The usual times of a stage: of the whole by '', of its tasks by their keys. */
type Usual = ReadonlyMap<string, number>

function usualOf(usual: UsualTimes | undefined, { name }: Stage): Usual {
  const times = usual?.times.filter(({ stage }) => stage === name) ?? []
  return new Map(times.map(({ task, medianMs }) => [task ?? '', medianMs]))
}

/** Of what runs, how long it should take; of what is to come, about how long. What had nothing to do took no time to speak of. */
function usuallyTakes(state: string, ms: number | undefined): string {
  if (ms === undefined || ms < 1000) return ''
  if (state === 'running') return `expected ${presentWait(ms)}`
  return state === 'pending' ? `about ${presentWait(ms)}` : ''
}

function presentStage(stage: Stage, view: View, usual: Usual): string[] {
  const isReached = stage.state !== 'pending'
  const time = elapsedBetween(stage.startedAt, stage.finishedAt, view.nowMs)
  const ended = stage.state === 'succeeded' ? isDone : (state: string) => state === 'succeeded'
  const done = stage.tasks.filter(({ state }) => ended(state)).length
  const amount = isReached
    ? `${done} of ${counted(stage.tasks.length, 'task')}`
    : counted(stage.tasks.length, 'task')
  const expected = usuallyTakes(stage.state, usual.get(''))
  const head = withTime(row(`${markOf(stage.state)} ${stage.title}`, amount), time, expected, view)
  const isOver = isDone(stage.state) || stage.tasks.every(({ state }) => isDone(state))
  const entry = presentRunGate(`${stage.title} entry`, stage.entry, view)
  const exit = presentRunGate(`${stage.title} exit`, stage.exit, view)
  if (!isReached && stage.entry.state === 'not_reached') {
    return [row(`${markOf('pending')} ${stage.title}`, gateWords(stage.entry, amount))]
  }
  return [...entry, head, ...(isOver ? [] : presentTasks(stage.tasks, view, usual)), ...exit]
}

function gateWords(entry: GateSummary, amount: string): string {
  const rules = amountsOf(entry)
  return rules === '' ? amount : `${amount}, entry gate with ${rules}`
}

function presentTasks(tasks: readonly Task[], view: View, usual: Usual): string[] {
  const lines: string[] = []
  let around: readonly string[] = []
  for (const task of tasks) {
    for (const [depth, group] of task.groups.entries()) {
      if (around[depth] === group) continue
      const members = tasks.filter((other) => other.groups[depth] === group)
      lines.push(`${indent(depth + 1)}${groupMark(members)} ${group}`)
    }
    around = task.groups
    lines.push(...presentTask(task, view, usual.get(task.key)))
  }
  return lines
}

function presentTask(task: Task, view: View, usualMs: number | undefined): string[] {
  const depth = task.groups.length + 1
  const time = elapsedBetween(task.startedAt, task.finishedAt, view.nowMs)
  const name = `${indent(depth)}${taskMark(task)} ${labelOf(task)}`
  const work = presentWork(task, view)
  const whole = row(name, work)
  const fits = whole.length <= view.width
  const agents = [
    ...new Set(task.steps.flatMap(({ jobs }) => jobs.flatMap(({ agent }) => agent?.name ?? []))),
  ]
  const agent = agents.length === 1 ? `agent ${agents[0] ?? ''}` : ''
  const takes = usuallyTakes(task.state, usualMs)
  const line = withTime(fits ? whole : name, time, takes === '' ? agent : takes, view)
  const under = indent(depth + 2)
  const below = fits ? [] : fold(under + work, view.width, under)
  if (task.state === 'running') return [line, ...below, ...presentActive(task, view, under)]
  const reason = isStopped(task.state) && task.reason !== null ? wholeReason(task) : null
  return [line, ...below, ...(reason === null ? [] : fold(under + reason, view.width, under))]
}

/** What a task is called in a list: what it deploys, or its title. */
export function labelOf(task: Task): string {
  return task.application === null || task.kind !== 'deploy'
    ? task.title
    : withoutProject(task.application)
}

/** Where a task stands, beside its name. */
function presentWork(task: Task, { width }: View): string {
  const versions = versionsOf(task)
  const detail = detailOf(task, width)
  if (versions === '') return detail
  return detail === '' ? versions : padded(versions, VERSIONS_COLUMN) + detail
}

function detailOf(task: Task, width: number): string {
  if (task.waitsFor !== null && task.state !== 'running') return waitsInWords(task)
  if (task.tests !== null) return presentTests(task)
  const targets = task.steps.reduce((sum, step) => sum + step.targets, 0)
  const done = task.steps.reduce((sum, step) => sum + step.succeeded + step.skipped, 0)
  if (task.state === 'running' && targets > 1) {
    return `${bar(done, targets, width < WIDE_MIN ? 12 : 24)} ${done} of ${targets}`
  }
  if (task.state === 'succeeded') return presentDone(task, width)
  if (task.state === 'pending' || task.state === 'running') return ''
  return task.attempt > 1 ? `${task.state}, attempt ${task.attempt}` : task.state
}

function waitsInWords({ state, waitsFor }: Task): string {
  if (waitsFor === null) return ''
  const stopped = isStopped(state) ? `${state}, ` : ''
  return `${stopped}waits for ${isSentence(waitsFor.what) ? 'a person' : waitsFor.what}`
}

function presentTests(task: Task): string {
  const { tests } = task
  return tests === null ? '' : `${tests.passed} of ${tests.total} passed`
}

/** `4 components on 3 hosts, 1 skipped` */
export function presentDone(task: Task, width: number): string {
  const components = new Set(task.steps.flatMap(({ component }) => component ?? []))
  if (components.size === 0) return task.attempt > 1 ? `attempt ${task.attempt}` : ''
  const amount = counted(components.size, 'component')
  if (width < WIDE_MIN) return amount
  const places = new Set(task.steps.flatMap(({ jobs }) => jobs.map(({ resource }) => resource)))
  const skipped = task.steps.reduce((sum, step) => sum + step.skipped, 0)
  const on = places.size === 0 ? '' : ` on ${counted(places.size, 'host')}`
  return `${amount}${on}${skipped === 0 ? '' : `, ${skipped} skipped`}`
}

/** What works at this moment, below a running task. */
function presentActive(task: Task, view: View, under: string): string[] {
  const active = task.steps.flatMap((step) =>
    step.state === 'running' || step.state === 'waiting' || step.state === 'unknown'
      ? step.jobs
          .filter(({ state }) => !isDone(state))
          .map(
            (job) =>
              `${markOf(job.state)} ${job.resource} ${step.title}${silence(job.noContactSince, view)}`,
          )
      : [],
  )
  if (active.length === 0) return []
  return foldParts(active.slice(0, 12), view.width, under)
}

function silence(since: string | null, view: View): string {
  return since === null ? '' : `, no contact for ${presentWait(view.nowMs - msOf(since))}`
}

function foldParts(parts: readonly string[], width: number, under: string): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const joined = `${last ?? ''}   ${part}`
    if (last !== undefined && joined.length <= width) lines[lines.length - 1] = joined
    else lines.push(under + part)
  }
  return lines
}

/** The lines below the view: what to type next, and the keys. */
export function presentKeys(run: Run, view: View): string {
  const gate = waitingGate(run)
  const address = gate === undefined ? logAddress(run) : gate.address
  const words =
    gate === undefined
      ? `log  lockstep logs ${address}`
      : `decide  lockstep gate approve ${address}`
  const keys = gate === undefined ? 'p pause  ↵ open  q leave' : '↵ open  q leave'
  return words.length + keys.length + 2 > view.width
    ? `${words}\n${keys}`
    : spread(words, keys, view.width)
}

/** The gate that waits for people, if one does. */
export function waitingGate(run: Run): GateSummary | undefined {
  return run.stages
    .flatMap(({ entry, exit }) => [entry, exit])
    .find(({ state }) => state === 'waiting')
}

function logAddress(run: Run): string {
  const stage = run.stages.find(({ state }) => state === 'running')
  return stage === undefined ? shortAddress(run) : `${shortAddress(run)}/${stage.name}`
}

/** `connected-car-2.0/7`: the address without its project. */
export function shortAddress(run: Pick<Run, 'name' | 'number'>): string {
  return `${run.name}/${run.number}`
}

/** `1.8.4 → 2.0.0-rc.4` */
export function versionsOf({
  from,
  to,
}: {
  readonly from: string | null
  readonly to: string | null
}): string {
  if (to === null) return ''
  return from === null ? to : from === to ? `stays ${to}` : `${from} → ${to}`
}

function taskMark(task: Task): string {
  if (task.state !== 'waiting') return markOf(task.state)
  return task.waitsFor?.on === 'person' ? MARKS.waiting : MARKS.scheduled
}

function groupMark(members: readonly Task[]): string {
  const states = members.map(({ state }) => state)
  for (const state of ['unknown', 'errored', 'failed', 'aborted', 'running', 'waiting'] as const) {
    if (states.includes(state)) return markOf(state)
  }
  return states.every(isDone) ? MARKS.passed : MARKS.pending
}

function isDone(state: string): boolean {
  return state === 'succeeded' || state === 'skipped'
}

function isStopped(state: string): boolean {
  return ['failed', 'errored', 'aborted', 'unknown'].includes(state)
}

/** The line, how long it has taken, and where there is room who works or how long it should take. */
function withTime(line: string, ms: number | undefined, more: string, view: View): string {
  const isWide = view.width >= WIDE_MIN
  if (ms === undefined && (!isWide || more === '')) return line
  const time = ms === undefined ? '' : presentElapsed(ms)
  if (!isWide) return spread(line, time, view.width)
  const column = view.width - AGENT_COLUMN
  const timed = time === '' ? padded(line, column) : spread(line, time, column)
  return more === '' ? timed : `${timed}   ${more}`
}

function indent(depth: number): string {
  return '  '.repeat(depth)
}

function withoutProject(address: string): string {
  return address.split('/').slice(1).join(' ') || address
}

function withoutDot(text: string): string {
  return text.replace(/\.$/, '')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
