// How far a run is with each step of a process. A run knows chains: several steps of a component in a row are one step of it.

import { JOBS_SHOWN_MAX } from '@lockstep/contract'
import { addressOf, isTerminalStatus } from '@lockstep/domain'
import type { Run } from '../../lib/runs.ts'
import { shownStateOf, STATE_WORDS, worstOf, type ShownState } from '../../ui/state.ts'
import type { ListedProcess } from './list-processes.ts'

export type Task = Run['stages'][number]['tasks'][number]
type Chain = Task['steps'][number]
type Job = Chain['jobs'][number]

/** What a step does on one resource, in its newest attempt. */
export interface StepJob extends Job {
  /** The step of the run that its log belongs to. */
  readonly chain: Chain['id']
}

export interface StepStand {
  readonly state: ShownState
  /** Resources that it works on. */
  readonly all: number
  readonly done: number
  readonly now: number
  readonly failed: number
  /** Resources that have what they should have, or are left out. */
  readonly skipped: number
  /** Nothing of it is done any more: what is neither done, failed nor skipped was never reached. */
  readonly isOver: boolean
  /** There are more jobs than the answer has: nothing can be counted, and only some are in `jobs`. */
  readonly isCut: boolean
  readonly jobs: readonly StepJob[]
}

/** Whether a run has more jobs than its answer has. */
export function isCut({ stages }: Pick<Run, 'stages'>): boolean {
  const chains = stages.flatMap(({ tasks }) => tasks.flatMap(({ steps }) => steps))
  return chains.reduce((sum, { jobs }) => sum + jobs.length, 0) >= JOBS_SHOWN_MAX
}

/**
 * Where each step of a process stands; a step that the run does not have is left out. A component as a whole is counted by the
 * server, its steps by their jobs: not at all in a run whose jobs are cut.
 */
export function standSteps(
  process: ListedProcess,
  processes: readonly ListedProcess[],
  task: Task,
  areJobsCut: boolean,
): ReadonlyMap<string, StepStand> {
  const chainsOf = (outer: string): readonly Chain[] => {
    const base = addressOf(outer)
    return task.steps.filter(({ key }) => key === base || key.startsWith(`${base}.`))
  }
  const outer = processes.find(({ key }) => key === task.kind)
  if (process.component === null) {
    if (process.key !== outer?.key) return new Map()
    return standsOf(process, (name) => standChains(chainsOf(name)))
  }
  const chains = (outer?.steps ?? []).flatMap((step) =>
    step.kind === 'component_step' &&
    step.component === process.component &&
    step.process === process.name
      ? chainsOf(step.name)
      : [],
  )
  return standsOf(process, (name) => standLink(name, chains, areJobsCut))
}

function standsOf(
  { steps }: ListedProcess,
  standOf: (name: string) => StepStand | null,
): ReadonlyMap<string, StepStand> {
  return new Map(
    steps.flatMap(({ name }) => {
      const stand = standOf(name)
      return stand === null ? [] : [[name, stand] as const]
    }),
  )
}

/** A component as a whole: a resource is done when every chain of it is. */
function standChains(chains: readonly Chain[]): StepStand | null {
  if (chains.length === 0) return null
  const jobs = chains.flatMap(newestJobs)
  const skipped = Math.min(...chains.map((chain) => chain.skipped))
  const all = Math.max(...chains.map(({ targets }) => targets))
  return {
    state: chainsState(chains),
    all,
    skipped,
    done: Math.max(
      0,
      Math.min(...chains.map((chain) => chain.succeeded + chain.skipped)) - skipped,
    ),
    now: resourcesIn(jobs, ['running']),
    failed: Math.max(...chains.map((chain) => chain.failed + chain.unknown)),
    isOver: chains.every(({ state }) => isTerminalStatus(state)),
    isCut: false,
    jobs,
  }
}

function chainsState(chains: readonly Chain[]): ShownState {
  const states = chains.map(({ state, waitsFor }) => shownStateOf(state, waitsFor?.on ?? null))
  const open = states.filter((state) => state !== 'passed' && state !== 'skipped')
  const isMixed = open.length < states.length
  if (open.length === 0) return states.includes('passed') ? 'passed' : 'skipped'
  const worst = worstOf(open)
  return isMixed && worst === 'not_started' ? 'running' : worst
}

/** One step inside the chains of its component. */
function standLink(name: string, chains: readonly Chain[], areJobsCut: boolean): StepStand | null {
  if (chains.length === 0) return null
  const jobs = chains.flatMap(newestJobs).filter(({ link }) => link === name)
  const all = Math.max(...chains.map(({ targets }) => targets))
  const isOver = chains.every(({ state }) => isTerminalStatus(state))
  const done = resourcesIn(jobs, ['succeeded'])
  const now = resourcesIn(jobs, ['running'])
  const failed = resourcesIn(jobs, ['failed', 'errored', 'aborted', 'unknown'])
  // A resource that is skipped has no job at all, in no step of the chain; one that failed before has none here.
  const rest = Math.max(0, all - done - now - failed)
  const skipped = Math.min(rest, ...chains.map((chain) => chain.skipped))
  return {
    state: linkState(jobs, { isOver, isWhole: done + skipped >= all, done }),
    isOver,
    isCut: areJobsCut,
    all,
    done,
    now,
    failed,
    skipped,
    jobs,
  }
}

function linkState(
  jobs: readonly StepJob[],
  {
    isOver,
    isWhole,
    done,
  }: { readonly isOver: boolean; readonly isWhole: boolean; readonly done: number },
): ShownState {
  const worst = worstOf(
    jobs
      .map(({ state }) => shownStateOf(state, 'agent'))
      .filter((state) => state !== 'passed' && state !== 'skipped'),
  )
  if (worst !== 'not_started') return worst
  if (isWhole || isOver) return done > 0 ? 'passed' : 'skipped'
  return done > 0 ? 'running' : 'not_started'
}

/** The newest attempt of each link on each resource. */
function newestJobs(chain: Chain): readonly StepJob[] {
  const newest = new Map<string, StepJob>()
  for (const job of chain.jobs) {
    const key = `${job.link}\n${job.resource}`
    const before = newest.get(key)
    if (before === undefined || before.attempt <= job.attempt) {
      newest.set(key, { ...job, chain: chain.id })
    }
  }
  return [...newest.values()]
}

function resourcesIn(jobs: readonly StepJob[], states: readonly Job['state'][]): number {
  return new Set(jobs.filter(({ state }) => states.includes(state)).map((job) => job.resource)).size
}

/** What a node says about it: the number that matters most, and its word. */
export function standWords({
  state,
  all,
  done,
  now,
  failed,
  skipped,
  isOver,
  isCut: isUncounted,
}: StepStand): {
  readonly count: number | null
  readonly word: string
} {
  if (isUncounted) return { count: null, word: 'not counted' }
  if (failed > 0) return { count: failed, word: state === 'unknown' ? 'unknown' : 'failed' }
  if (now > 0) return { count: now, word: 'now' }
  if (done > 0) return { count: done, word: done + skipped === all ? 'passed' : `of ${all} passed` }
  if (skipped > 0 && skipped === all) return { count: skipped, word: 'skipped' }
  return { count: all - skipped, word: isOver ? 'not reached' : 'waiting' }
}

export interface TimeShare {
  readonly step: string
  readonly ms: number
  /** In percent of the whole. */
  readonly share: number
  /** Nothing was done: the step before had ended. */
  readonly isWaiting: boolean
}

const SHOWN_WAIT_MS = 1_000

/** How the resource in the middle spends its time: the median of each step, and of what it waits before it. */
export function medianTimes(
  stands: ReadonlyMap<string, StepStand>,
  now: number,
): readonly TimeShare[] {
  const lastEnd = new Map<string, number>()
  const parts: { readonly step: string; readonly ms: number; readonly isWaiting: boolean }[] = []
  for (const [step, { jobs }] of stands) {
    const spans = spansOf(jobs, now)
    if (spans.size === 0) continue
    const waits = [...spans].flatMap(([resource, { from }]) => {
      const before = lastEnd.get(resource)
      return before === undefined ? [] : [Math.max(0, from - before)]
    })
    const wait = median(waits)
    if (wait >= SHOWN_WAIT_MS) parts.push({ step, ms: wait, isWaiting: true })
    parts.push({
      step,
      ms: median([...spans.values()].map(({ from, to }) => to - from)),
      isWaiting: false,
    })
    for (const [resource, { to }] of spans) lastEnd.set(resource, to)
  }
  const sum = parts.reduce((total, { ms }) => total + ms, 0)
  return parts.map((part) => ({ ...part, share: sum === 0 ? 0 : (100 * part.ms) / sum }))
}

/** From when to when each resource was on a step. */
function spansOf(
  jobs: readonly Job[],
  now: number,
): ReadonlyMap<string, { readonly from: number; readonly to: number }> {
  const spans = new Map<string, { readonly from: number; readonly to: number }>()
  for (const { resource, startedAt, finishedAt } of jobs) {
    if (startedAt === null) continue
    const [from, to] = [Date.parse(startedAt), finishedAt === null ? now : Date.parse(finishedAt)]
    const span = spans.get(resource)
    spans.set(resource, {
      from: Math.min(from, span?.from ?? from),
      to: Math.max(to, span?.to ?? to),
    })
  }
  return spans
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** How many are how far, in words: resources of a component, steps of an application. */
export function funnelOf(
  { component }: Pick<ListedProcess, 'component'>,
  stands: ReadonlyMap<string, StepStand>,
): readonly { readonly count: number; readonly word: string }[] {
  const all = [...stands.values()]
  if (all.length === 0 || all.some((one) => one.isCut)) return []
  const shown = (parts: readonly (readonly [number, string])[]) =>
    parts.flatMap(([count, word]) => (count === 0 ? [] : [{ count, word }]))
  if (component === null) {
    const words = new Map<string, number>()
    for (const { state } of all) {
      words.set(STATE_WORDS[state], (words.get(STATE_WORDS[state]) ?? 0) + 1)
    }
    return shown([...words].map(([word, count]) => [count, word]))
  }
  const jobs = all.flatMap((one) => one.jobs)
  const skipped = Math.min(...all.map((one) => one.skipped))
  const whole = Math.min(...all.map((one) => one.done + one.skipped)) - skipped
  const now = resourcesIn(jobs, ['running'])
  const failed = resourcesIn(jobs, ['failed', 'errored', 'aborted', 'unknown'])
  const rest = Math.max(...all.map((one) => one.all)) - skipped - whole - now - failed
  return shown([
    [whole, 'passed'],
    [now, 'on a step'],
    [failed, 'failed'],
    [skipped, 'skipped'],
    [Math.max(0, rest), all.every(({ isOver }) => isOver) ? 'not reached' : 'waiting'],
  ])
}

/** Those that are longest on their step first, at last those that have not begun. */
export function slowestFirst(jobs: readonly StepJob[]): readonly StepJob[] {
  const took = ({ startedAt, finishedAt }: StepJob): number =>
    startedAt === null
      ? -1
      : (finishedAt === null ? Infinity : Date.parse(finishedAt)) - Date.parse(startedAt)
  // What has no end yet took longest; of two such the one that began first.
  return jobs.toSorted(
    (a, b) => compare(took(b), took(a)) || (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~'),
  )
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b
}
