// A bare mirror of each repository: which commits are new, and which files they touch.

import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { git, type GitSettings } from './git-command.ts'

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
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await git(
    ['-C', folder, 'fetch', '--quiet', '--prune', '--no-write-fetch-head', '--', url, ...refs],
    settings,
  )
}

/**
 * Commits that came to a branch between two looks, oldest first. After a force push, where the old commit is no ancestor of
 * the new one, that is the new head alone.
 */
export async function listNewCommits(
  { folder, settings }: Mirror,
  before: string,
  after: string,
): Promise<readonly string[]> {
  const isAncestor = await git(
    ['-C', folder, 'merge-base', '--is-ancestor', before, after],
    settings,
  ).then(
    () => true,
    () => false,
  )
  if (!isAncestor) return [after]
  const output = await git(
    [
      '-C',
      folder,
      'rev-list',
      '--first-parent',
      `--max-count=${NEW_COMMITS_MAX}`,
      `${before}..${after}`,
    ],
    settings,
  )
  return output.split('\n').filter(Boolean).reverse()
}

/** Files that a commit touches, against its first parent. */
export async function listTouched(
  { folder, settings }: Mirror,
  commit: string,
): Promise<readonly string[]> {
  const output = await git(
    [
      '-C',
      folder,
      'diff-tree',
      '--no-commit-id',
      '--name-only',
      '-r',
      '-m',
      '--first-parent',
      '--root',
      '-z',
      commit,
    ],
    settings,
  )
  return output.split('\0').filter(Boolean)
}
