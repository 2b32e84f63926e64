// What was committed: messages and authors of the commits that have come to branches and tags that pipelines follow.

import type { WatchedRepository } from '../postgres/deliverables/repository-store.ts'
import type { SeenCommit } from '../postgres/deliverables/commit-store.ts'
import { movedRefs, triggersOf, type Pipeline, type Refs } from './find-starts.ts'
import { git } from './git-command.ts'
import { isAncestor, type Mirror } from './mirror.ts'

/** More commits between two looks are not told one by one: the newest of them are. */
const SEEN_MAX = 200
/** Of a branch that was never seen, or that was rewritten, so many of the newest. */
const FIRST_MAX = 50
const AUTHOR_LETTERS_MAX = 200
const MESSAGE_LETTERS_MAX = 4_000
/** Commit, parents, author, both times, message: with a letter between them that git lets into none of them. */
const FORMAT = '--format=%H%x00%P%x00%an%x00%aI%x00%cI%x00%B%x00'
const FIELDS = 6
/** Later than this is no moment that a column or a page can hold. */
const LATEST = Date.UTC(9999, 11, 31)

/** The commits that have come since the last look. `refreshed` is asked for only when there are any. */
export async function listCommits(
  pipelines: readonly Pipeline[],
  repository: WatchedRepository,
  refs: Refs,
  refreshed: () => Promise<Mirror>,
): Promise<readonly SeenCommit[]> {
  const moved = new Map(
    pipelines
      .flatMap((pipeline) => triggersOf(pipeline, repository.name))
      .flatMap((trigger) => movedRefs(trigger, repository, refs)),
  )
  const seen: SeenCommit[] = []
  for (const [ref, commit] of moved) {
    const mirror = await refreshed()
    seen.push(...(await readLog(mirror, await rangeOf(mirror, repository.refs[ref], commit))))
  }
  return seen
}

async function rangeOf(
  mirror: Mirror,
  before: string | undefined,
  after: string,
): Promise<readonly string[]> {
  return before !== undefined && (await isAncestor(mirror, before, after))
    ? [`--max-count=${SEEN_MAX}`, `${before}..${after}`]
    : [`--max-count=${FIRST_MAX}`, after]
}

async function readLog(
  { folder, settings }: Mirror,
  range: readonly string[],
): Promise<readonly SeenCommit[]> {
  const output = await git(
    ['-C', folder, 'log', '--first-parent', '--no-show-signature', FORMAT, ...range, '--'],
    settings,
  )
  const fields = output.split('\0')
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, at) => {
    const [commit = '', parents = '', author = '', written = '', committed = '', message = ''] =
      fields.slice(at * FIELDS, (at + 1) * FIELDS)
    return {
      commit: commit.trim(),
      parent: parents.split(' ')[0] || null,
      author: cut(author, AUTHOR_LETTERS_MAX),
      message: cut(message.trim(), MESSAGE_LETTERS_MAX),
      writtenAt: momentOf(written) ?? momentOf(committed) ?? new Date(),
    }
  })
}

/** Whole letters only: half of one is no text, and the database takes none. */
function cut(text: string, lettersMax: number): string {
  // What is longer than two units a letter has more letters than that.
  return Array.from(text.slice(0, 2 * lettersMax).toWellFormed())
    .slice(0, lettersMax)
    .join('')
}

/** Undefined for what git prints of a commit without a date, or with one that is in no calendar. */
function momentOf(text: string): Date | undefined {
  const at = Date.parse(text)
  return at >= 0 && at <= LATEST ? new Date(at) : undefined
}
