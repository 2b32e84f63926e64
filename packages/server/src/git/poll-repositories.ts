// Looks at repositories for new commits and starts the pipelines that follow them. A commit starts a pipeline exactly once.

import { idOf, type RunId } from '@lockstep/domain'
import type { PipelineDefinition } from '@lockstep/define/check'
import { join, matchesGlob } from 'node:path'

import type { Log } from '../ports/observe.ts'
import type { ReactorPort } from '../ports/reactor.ts'
import {
  listDefinitions,
  type StoredDefinition,
} from '../postgres/deliverables/definition-store.ts'
import {
  claimDueRepository,
  noteFailure,
  noteRefs,
  type WatchedRepository,
} from '../postgres/deliverables/repository-store.ts'
import { listRows, type Database } from '../postgres/queryable.ts'
import { startRun } from '../usecases/run/start-run.ts'
import { GitFault, listRefs, type GitSettings } from './git-command.ts'
import { listNewCommits, listTouched, refreshMirror, type Mirror } from './mirror.ts'

export interface PollDeps {
  readonly db: Database
  readonly reactor: ReactorPort
  readonly git: GitSettings
  /** Where mirrors are kept. */
  readonly folder: string
  readonly log: Log
}

const LOOK_EVERY_MS = 500
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
    while (!this.#isStopped && this.#working.size < AT_ONCE) {
      const work = this.#pollNext().finally(() => this.#working.delete(work))
      this.#working.add(work)
      // One at a time is asked for; the next look takes more.
      return
    }
  }

  async #pollNext(): Promise<void> {
    try {
      const repository = await claimDueRepository(this.#deps.db)
      if (repository !== undefined) await pollRepository(this.#deps, repository)
    } catch (error) {
      if (!this.#isStopped) this.#deps.log.warn({ err: error }, 'a look at repositories failed')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await Promise.all(this.#working)
  }
}

/** One look at one repository. What went wrong is kept with it and shown; it is tried again with growing pauses. */
export async function pollRepository(deps: PollDeps, repository: WatchedRepository): Promise<void> {
  try {
    const refs = await listRefs(repository.url, deps.git)
    await startPipelines(deps, repository, refs)
    await noteRefs(deps.db, repository, refs)
  } catch (error) {
    const isKnown = error instanceof GitFault || error instanceof PlanFault
    if (!isKnown) deps.log.warn({ err: error, repository: repository.name }, 'polling failed')
    await noteFailure(deps.db, repository, error instanceof Error ? error.message : String(error))
  }
}

/** A pipeline could not be planned for a commit: nothing was lost, it is tried again. */
class PlanFault extends Error {
  override readonly name = 'PlanFault'
}

async function startPipelines(
  deps: PollDeps,
  repository: WatchedRepository,
  refs: Readonly<Record<string, string>>,
): Promise<void> {
  const pipelines = await listDefinitions(deps.db, {
    kind: 'pipeline',
    projects: [repository.projectNumber],
  })
  const mirror: Mirror = {
    folder: join(deps.folder, repository.id),
    url: repository.url,
    settings: deps.git,
  }
  let isFresh = false
  for (const pipeline of pipelines) {
    for (const trigger of pipeline.definition.on) {
      for (const { ref, before, after } of changesFor(trigger, repository, refs)) {
        if (!isFresh) await refreshMirror(mirror)
        isFresh = true
        const commits = before === undefined ? [after] : await listNewCommits(mirror, before, after)
        for (const commit of commits) {
          if (!(await isWanted(trigger, mirror, commit))) continue
          await startForCommit(deps, { pipeline, repository, trigger, ref, commit })
        }
      }
    }
  }
}

type Trigger = PipelineDefinition['on'][number]

/** The refs that a trigger follows and that have moved, or that were never seen. */
function changesFor(
  trigger: Trigger,
  repository: WatchedRepository,
  refs: Readonly<Record<string, string>>,
): readonly {
  readonly ref: string
  readonly before: string | undefined
  readonly after: string
}[] {
  if (trigger.kind !== 'commit' && trigger.kind !== 'tag') return []
  if (trigger.repository !== repository.name) return []
  const follows = (ref: string): boolean =>
    trigger.kind === 'commit'
      ? ref === `refs/heads/${trigger.branch}`
      : ref.startsWith('refs/tags/') && matchesGlob(ref.slice('refs/tags/'.length), trigger.pattern)
  return Object.entries(refs).flatMap(([ref, after]) =>
    follows(ref) && repository.refs[ref] !== after
      ? [{ ref, before: trigger.kind === 'tag' ? undefined : repository.refs[ref], after }]
      : [],
  )
}

async function isWanted(trigger: Trigger, mirror: Mirror, commit: string): Promise<boolean> {
  if (trigger.kind !== 'commit' || trigger.paths.length === 0) return true
  const touched = await listTouched(mirror, commit)
  return touched.some((file) => trigger.paths.some((pattern) => matchesGlob(file, pattern)))
}

async function startForCommit(
  deps: PollDeps,
  found: {
    readonly pipeline: StoredDefinition<'pipeline'>
    readonly repository: WatchedRepository
    readonly trigger: Trigger
    readonly ref: string
    readonly commit: string
  },
): Promise<void> {
  const { pipeline, repository, trigger, ref, commit } = found
  const started = await startRun(deps, {
    project: pipeline.project,
    name: pipeline.name,
    parameters: {},
    source: {
      repository: repository.name,
      url: repository.url,
      branch: ref.replace(/^refs\/(?:heads|tags)\//, ''),
      commit,
    },
    starter: `trigger:${idOf('trg', pipeline.uuid)}`,
    onFailure: 'end',
    cause: `${trigger.kind}/${pipeline.uuid}/${commit}`,
    plan: null,
  })
  if (!started.ok) {
    const why =
      'refusals' in started
        ? started.refusals.map(({ message }) => message).join(' ')
        : started.code
    throw new PlanFault(`${pipeline.name} could not be started for ${commit.slice(0, 7)}: ${why}`)
  }
  if (started.isNew && trigger.kind === 'commit' && trigger.supersede) {
    await abortOlder(deps, pipeline, started)
  }
}

/** Older runs of the pipeline that still run are stopped: their commit is no longer the newest. */
async function abortOlder(
  { db, reactor }: PollDeps,
  pipeline: StoredDefinition<'pipeline'>,
  newest: { readonly id: RunId; readonly number: number },
): Promise<void> {
  const rows = await listRows<{ id: string }>(
    db,
    `SELECT r.id FROM runs r
     JOIN aggregates a ON a.project_id = r.project_id AND a.root_id = r.root_id AND a.id = r.id
     WHERE r.pipeline_id = $1 AND r.number < $2 AND r.release_id IS NULL AND a.finished_at IS NULL`,
    [pipeline.uuid, newest.number],
  )
  for (const { id } of rows) {
    const run = idOf('run', id)
    await reactor.submit(
      { project: pipeline.projectNumber, root: run, id: run },
      { type: 'abort_requested', reason: `superseded by run ${newest.number}` },
      'rule',
    )
  }
}
