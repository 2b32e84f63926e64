// A bare mirror of each repository: which commits are new, and which files they touch.

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { git, GitFault, type GitSettings } from './git-command.ts'

/** More new commits than this between two looks are not built one by one: the newest of them are. */
export const NEW_COMMITS_MAX = 50

export interface Mirror {
  readonly folder: string
  readonly url: string
  readonly settings: GitSettings
}

/** Brings the mirror up to date; makes it when it is not there. */
export async function refreshMirror({ folder, url, settings }: Mirror): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!existsSync(join(folder, 'HEAD'))) {
    await git(['init', '--quiet', '--bare', '--', folder], settings)
  }
  const options = ['--quiet', '--prune', '--no-write-fetch-head', '--no-recurse-submodules']
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await git(['-C', folder, 'fetch', ...options, '--', url, ...refs], settings)
}

/**
 * Commits that came to a branch between two looks, oldest first, at most `NEW_COMMITS_MAX` of the newest. `rewritten` after a
 * force push: the old commit is no ancestor of the new one.
 */
export async function listNewCommits(
  { folder, settings }: Mirror,
  before: string,
  after: string,
): Promise<readonly string[] | 'rewritten'> {
  const since = ['--first-parent', `--max-count=${NEW_COMMITS_MAX}`, `${before}..${after}`]
  if (!(await isAncestor({ folder, settings }, before, after))) return 'rewritten'
  const output = await git(['-C', folder, 'rev-list', ...since, '--'], settings)
  return output.split('\n').filter(Boolean).toReversed()
}

/** Whether a commit is the other one, or lies before it; false also when it is not there any more. */
export async function isAncestor(
  { folder, settings }: Pick<Mirror, 'folder' | 'settings'>,
  before: string,
  after: string,
): Promise<boolean> {
  try {
    await git(['-C', folder, 'merge-base', '--is-ancestor', before, after], settings)
    return true
  } catch (error) {
    // It answers by how it ends; an old commit that is not there any more is no ancestor either.
    if (error instanceof GitFault) return false
    throw error
  }
}

/** Files that a commit touches, against its first parent. */
export async function listTouched(
  { folder, settings }: Pick<Mirror, 'folder' | 'settings'>,
  commit: string,
): Promise<readonly string[]> {
  const names = ['--no-commit-id', '--name-only', '-r', '-z', '--root', '-m', '--first-parent']
  const output = await git(['-C', folder, 'diff-tree', ...names, commit, '--'], settings)
  return output.split('\0').filter(Boolean)
}
