// Which pipelines a look at a repository starts, and for which commits.

import type { PipelineDefinition } from '@lockstep/define/check'
import { posix } from 'node:path'

import type { StoredDefinition } from '../postgres/deliverables/definition-store.ts'
import type { WatchedRepository } from '../postgres/deliverables/repository-store.ts'
import { listNewCommits, listTouched, type Mirror } from './mirror.ts'

export type Pipeline = StoredDefinition<'pipeline'>
export type Trigger = Extract<PipelineDefinition['on'][number], { kind: 'commit' | 'tag' }>
export type Refs = Readonly<Record<string, string>>

/** A run to be started: the pipeline, the branch or tag, and the commit. */
export interface Start {
  readonly pipeline: Pipeline
  readonly trigger: Trigger
  /** `refs/heads/main` */
  readonly ref: string
  readonly commit: string
}

/** The triggers of a pipeline that follow this repository. */
export function triggersOf(pipeline: Pipeline, repository: string): readonly Trigger[] {
  return pipeline.definition.on.filter(
    (trigger): trigger is Trigger =>
      (trigger.kind === 'commit' || trigger.kind === 'tag') && trigger.repository === repository,
  )
}

/** Whether a trigger follows this branch or tag. */
export function follows(trigger: Trigger, ref: string): boolean {
  if (trigger.kind === 'commit') return ref === `refs/heads/${trigger.branch}`
  const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1]
  return tag !== undefined && posix.matchesGlob(tag, trigger.pattern)
}

/**
 * What has come since the last look, oldest first. Of a branch that was never seen it is the head; tags that were there before
 * the first look start nothing. Where newer commits supersede older ones, it is the newest alone. `refreshed` gives the mirror
 * with everything in it; it is asked for only when something has come.
 */
export async function findStarts(
  pipelines: readonly Pipeline[],
  repository: WatchedRepository,
  refs: Refs,
  refreshed: () => Promise<Mirror>,
): Promise<readonly Start[]> {
  const starts: Start[] = []
  for (const pipeline of pipelines) {
    for (const trigger of triggersOf(pipeline, repository.name)) {
      for (const [ref, commit] of movedRefs(trigger, repository, refs)) {
        const before = trigger.kind === 'tag' ? undefined : repository.refs[ref]
        const commits = await wantedCommits(await refreshed(), trigger, { before, after: commit })
        starts.push(...commits.map((one) => ({ pipeline, trigger, ref, commit: one })))
      }
    }
  }
  return starts
}

/** The branches and tags that a trigger follows and that have moved since the last look. */
export function movedRefs(
  trigger: Trigger,
  repository: WatchedRepository,
  refs: Refs,
): readonly (readonly [ref: string, commit: string])[] {
  if (trigger.kind === 'tag' && repository.seenAt === null) return []
  return Object.entries(refs).filter(
    ([ref, commit]) => follows(trigger, ref) && repository.refs[ref] !== commit,
  )
}

async function wantedCommits(
  mirror: Mirror,
  trigger: Trigger,
  { before, after }: { readonly before: string | undefined; readonly after: string },
): Promise<readonly string[]> {
  if (trigger.kind === 'tag' || before === undefined) return [after]
  const since = await listNewCommits(mirror, before, after)
  // The old commit is gone: what has changed cannot be told, so everything counts as changed.
  if (since === 'rewritten') return [after]
  const wanted: string[] = []
  for (const commit of since) {
    if (await isTouched(mirror, trigger.paths, commit)) wanted.push(commit)
  }
  return trigger.supersede ? wanted.slice(-1) : wanted
}

async function isTouched(
  mirror: Mirror,
  paths: readonly string[],
  commit: string,
): Promise<boolean> {
  if (paths.length === 0) return true
  const touched = await listTouched(mirror, commit)
  return touched.some((file) => paths.some((path) => isWithin(file, path)))
}

/** A path is a pattern (`src/**`), a file, or a folder with everything in it. */
function isWithin(file: string, path: string): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`
  return file === path || file.startsWith(folder) || posix.matchesGlob(file, path)
}
