// Looks at repositories for new commits and starts the pipelines that follow them.

import { join } from 'node:path'

import type { Log } from '../ports/observe.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import { insertCommits } from '../postgres/deliverables/commit-store.ts'
import { listDefinitions } from '../postgres/deliverables/definition-store.ts'
import {
  claimDueRepository,
  noteFailure,
  noteRefs,
  WAITING_MAX,
  type WaitingStart,
  type WatchedRepository,
} from '../postgres/deliverables/repository-store.ts'
import type { Queryable } from '../postgres/queryable.ts'
import { findStarts, follows, triggersOf, type Pipeline, type Start } from './find-starts.ts'
import { listCommits } from './list-commits.ts'
import { GitFault, listRefs, type GitSettings } from './git-command.ts'
import { refreshMirror, type Mirror } from './mirror.ts'
import { startForCommit } from './start-for-commit.ts'

export interface PollDeps {
  readonly db: Queryable
  readonly reactor: ReactorPort
  readonly git: GitSettings
  /** Where mirrors are kept. */
  readonly folder: string
  readonly log: Log
}

const LOOK_EVERY_MS = 1_000
const AT_ONCE = 4

/** Looks again and again, on this server for the repositories that are due and nobody else has taken. */
export class RepositoryPolling implements AsyncDisposable {
  readonly #deps: PollDeps
  readonly #working = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(deps: PollDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
  }

  #look(): void {
    if (this.#isStopped || this.#working.size >= AT_ONCE) return
    const work = this.#pollNext().finally(() => this.#working.delete(work))
    this.#working.add(work)
  }

  async #pollNext(): Promise<void> {
    try {
      for (;;) {
        if (this.#isStopped) return
        const repository = await claimDueRepository(this.#deps.db)
        if (repository === undefined) return
        this.#look() // Others may be due too.
        await pollRepository(this.#deps, repository)
      }
    } catch (error) {
      if (!this.#isStopped) this.#deps.log.warn({ err: error }, 'a look at repositories failed')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    while (this.#working.size > 0) await Promise.all(this.#working)
  }
}

/**
 * One look at one repository. What is new is remembered only after all runs for it were started, so a look that is cut off is
 * done again; the cause of each run makes that harmless. What went wrong is kept with the repository and shown.
 */
export async function pollRepository(deps: PollDeps, repository: WatchedRepository): Promise<void> {
  try {
    const refs = await listRefs(repository.url, deps.git)
    const pipelines = await listFollowing(deps.db, repository)
    const mirror = mirrorOf(deps, repository)
    // First, so that whoever looks at a run finds what was committed for it.
    await keepCommits(deps, repository, () => listCommits(pipelines, repository, refs, mirror))
    const starts = await findStarts(pipelines, repository, refs, mirror)
    const waiting = await startAll(deps, repository, [...againOf(pipelines, repository), ...starts])
    await noteRefs(deps.db, repository, { refs, waiting })
  } catch (error) {
    if (!(error instanceof GitFault)) {
      deps.log.warn({ err: error, repository: repository.name }, 'polling failed')
    }
    await noteFailure(deps.db, repository, error instanceof Error ? error.message : String(error))
  }
}

/** What was committed is told as well as it can be: what of it cannot be read or kept keeps no run from starting. */
async function keepCommits(
  { db, log }: PollDeps,
  repository: WatchedRepository,
  list: () => ReturnType<typeof listCommits>,
): Promise<void> {
  try {
    await insertCommits(db, repository, await list())
  } catch (error) {
    log.warn({ err: error, repository: repository.name }, 'commits were not kept')
  }
}

async function listFollowing(
  db: Queryable,
  { projectNumber, name }: WatchedRepository,
): Promise<readonly Pipeline[]> {
  const pipelines = await listDefinitions(db, { kind: 'pipeline', projects: [projectNumber] })
  return pipelines.filter((pipeline) => triggersOf(pipeline, name).length > 0)
}

/** What could not be planned before, as far as a pipeline still follows it. */
function againOf(pipelines: readonly Pipeline[], repository: WatchedRepository): readonly Start[] {
  return repository.waiting.flatMap(({ pipeline: uuid, ref, commit }) => {
    const pipeline = pipelines.find((one) => one.uuid === uuid)
    const trigger =
      pipeline && triggersOf(pipeline, repository.name).find((one) => follows(one, ref))
    return pipeline === undefined || trigger === undefined
      ? []
      : [{ pipeline, trigger, ref, commit }]
  })
}

/** Starts them in order, and answers what could not be planned, at most `WAITING_MAX` of the newest. */
async function startAll(
  deps: PollDeps,
  repository: WatchedRepository,
  starts: readonly Start[],
): Promise<readonly WaitingStart[]> {
  const waiting: WaitingStart[] = []
  for (const start of starts) {
    const started = await startForCommit(deps, repository, start)
    if (started.ok) continue
    const { pipeline, ref, commit } = start
    waiting.push({ pipeline: pipeline.uuid, ref, commit, why: started.why })
  }
  return waiting.slice(-WAITING_MAX)
}

/** Brings the mirror up to date once, when it is asked for. */
function mirrorOf(deps: PollDeps, { id, url }: WatchedRepository): () => Promise<Mirror> {
  const mirror: Mirror = { folder: join(deps.folder, id), url, settings: deps.git }
  let refreshed: Promise<void> | undefined
  return async () => {
    refreshed ??= refreshMirror(mirror)
    await refreshed
    return mirror
  }
}
