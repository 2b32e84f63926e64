// The git command, run from argument lists. Addresses are judged before any process starts.

import { spawn } from 'node:child_process'

/** What a Git server or repository answered, or that it could not be asked. The message is for people. */
export class GitFault extends Error {
  override readonly name = 'GitFault'
  readonly code = 'git_failed'
  readonly retryable = true
}

export interface GitSettings {
  /** `https`, `ssh`, and `file` only where an administrator allows it. */
  readonly protocols: readonly string[]
  /** What git itself needs of the server's surroundings: its path, home, proxy, agent of keys. */
  readonly surroundings: Readonly<Record<string, string | undefined>>
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 60_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024

/** `git@host:path`, as ssh is written for short. */
const SHORT_SSH = /^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?![/-]|:)/
const WITH_SCHEME = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/

/** Why this address is not one that Lockstep asks; undefined when it is. */
export function refuseAddress(url: string, protocols: readonly string[]): string | undefined {
  if (url.startsWith('-') || /[^\x21-\x7e]/.test(url)) {
    return `"${url.slice(0, 60)}" is not an address of a repository.`
  }
  const [, scheme = SHORT_SSH.test(url) ? 'ssh' : '', authority = ''] = WITH_SCHEME.exec(url) ?? []
  if (!protocols.includes(scheme)) {
    return `Repositories are reached by ${protocols.join(', ')} here; "${url.slice(0, 80)}" is not. An administrator allows more with LOCKSTEP_GIT_PROTOCOLS.`
  }
  const [host = '', account = ''] = authority.split('@').toReversed()
  if (account.includes(':')) {
    return 'An address holds no password: everybody who may see the repository would read it. Give the server a credential helper or a key of its own.'
  }
  if (authority.split('@').length > 2 || [host, account].some((part) => part.startsWith('-'))) {
    return `"${url.slice(0, 60)}" is not an address of a repository.`
  }
  return undefined
}

/** Heads and tags of a repository by their full names; a tag stands for its commit. */
export async function listRefs(
  url: string,
  settings: GitSettings,
): Promise<Readonly<Record<string, string>>> {
  const refusal = refuseAddress(url, settings.protocols)
  if (refusal !== undefined) throw new GitFault(refusal)
  const output = await git(['ls-remote', '--heads', '--tags', '--', url], settings)
  const refs: Record<string, string> = {}
  for (const line of output.split('\n')) {
    const [, commit, ref] =
      /^([0-9a-f]{40,64})\t(refs\/(?:heads|tags)\/[^^]+)(\^\{\})?$/.exec(line) ?? []
    // A peeled tag comes after the tag itself: the commit is what counts.
    if (commit !== undefined && ref !== undefined) refs[ref] = commit
  }
  return refs
}

/** Runs git, without a shell, without asking anybody anything. Throws `GitFault` with what it said. */
export async function git(args: readonly string[], settings: GitSettings): Promise<string> {
  const child = spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: settings.timeoutMs ?? TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: environment(settings),
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  let all: readonly [string, string, number | null]
  try {
    all = await Promise.all([readText(child.stdout), readText(child.stderr), ended])
  } catch (cause) {
    child.kill('SIGKILL')
    throw cause instanceof GitFault ? cause : new GitFault('git could not be run', { cause })
  }
  const [output, said, code] = all
  if (code === 0) return output
  throw new GitFault(
    code === null ? 'git took too long' : reasonOf(said) || `git ended with ${code}`,
  )
}

/** What git says first of what went wrong; hints and what is said of the other side are left out. */
function reasonOf(said: string): string {
  const lines = said.trim().split('\n')
  const line = lines.find((one) => /^(?:fatal|error): /.test(one)) ?? lines.at(-1) ?? ''
  return line.replaceAll(/\/\/[^/@\s]*@/g, '//').slice(0, 500)
}

const INHERITED = ['PATH', 'HOME', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'SSL_CERT_FILE']

function environment({ protocols, surroundings }: GitSettings): Record<string, string> {
  const inherited = INHERITED.flatMap((name): [string, string][] => {
    const value = surroundings[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    ...Object.fromEntries(inherited),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C',
  }
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > OUTPUT_BYTES_MAX) throw new GitFault('git said more than 16 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
