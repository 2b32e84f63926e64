// How one commit comes into an empty folder: as argument vectors, with nothing in them that git could take for an option.
import type { WorkMessage } from '@lockstep/contract/agent'

export type Source = NonNullable<Extract<WorkMessage, { kind: 'source_command' }>['source']>

/** Settings that keep a repository from running anything on this host. */
const SAFE = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'advice.detachedHead=false',
]

export interface SourceCommands {
  readonly begin: readonly (readonly string[])[]
  /** Only this commit; servers that do not give out single commits refuse it. */
  readonly fetchCommit: readonly string[]
  /** All branches and tags, when the first way was refused. */
  readonly fetchAll: readonly string[]
  readonly checkOut: readonly string[]
}

/** The commands that check out `source` into `folder`, which is empty or not there. */
export function planSource(source: Source, folder: string): SourceCommands {
  const git = ['git', ...SAFE, '-C', folder]
  const fetch = [...git, 'fetch', '--quiet', '--no-write-fetch-head', '--no-recurse-submodules']
  return {
    begin: [['git', ...SAFE, 'init', '--quiet', '--', folder]],
    fetchCommit: [...fetch, '--no-tags', '--depth=1', '--', source.url, source.commit],
    fetchAll: [
      ...fetch,
      '--',
      source.url,
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    ],
    checkOut: [...git, 'checkout', '--quiet', '--detach', source.commit, '--'],
  }
}

/** What git gets beside the job's environment: it asks nobody, and uses no transport that was not named. */
export function gitEnv(source: Source): Readonly<Record<string, string>> {
  return {
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: source.protocols.join(':'),
    GIT_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_LFS_SKIP_SMUDGE: '1',
  }
}
