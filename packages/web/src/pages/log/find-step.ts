// Where a step is in its run, and which of its jobs people look for first.

import type { Run } from '../../lib/runs.ts'

type Stage = Run['stages'][number]
type Task = Stage['tasks'][number]
type Step = Task['steps'][number]
export type Job = Step['jobs'][number]

export interface FoundStep {
  readonly stage: Stage
  readonly task: Task
  readonly step: Step
}

export function findStep({ stages }: Pick<Run, 'stages'>, id: string): FoundStep | undefined {
  for (const stage of stages) {
    for (const task of stage.tasks) {
      const step = task.steps.find((one) => one.id === id)
      if (step !== undefined) return { stage, task, step }
    }
  }
  return undefined
}

const TROUBLE: readonly string[] = ['failed', 'errored', 'unknown']

/** Jobs in the order of resources, and on each in the order in which they were tried. */
export function orderJobs(jobs: readonly Job[]): readonly Job[] {
  return jobs.toSorted(
    (a, b) =>
      a.resource.localeCompare(b.resource, 'en', { numeric: true }) ||
      (a.startedAt ?? '~').localeCompare(b.startedAt ?? '~') ||
      a.attempt - b.attempt,
  )
}

/** The job whose log is meant: what is in trouble, what works now, or what wrote last. */
export function mainJob(jobs: readonly Job[]): Job | undefined {
  const newest = jobs.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
  const works = newest.find(({ state, startedAt }) => state === 'running' && startedAt !== null)
  const inTrouble = newest.find((job) => TROUBLE.includes(job.state) && isLastTry(job, jobs))
  return inTrouble ?? works ?? newest.find(({ logLength }) => logLength > 0) ?? newest[0]
}

/** Whether nothing was tried after it in its place. */
function isLastTry(job: Job, jobs: readonly Job[]): boolean {
  return jobs.every(
    ({ resource, link, attempt }) =>
      resource !== job.resource || link !== job.link || attempt <= job.attempt,
  )
}
