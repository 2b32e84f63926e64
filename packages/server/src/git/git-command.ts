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
const SHORT_SSH =
  /^(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?![/-])[A-Za-z0-9._~/+%@=,-]+$/
const WITH_SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/
/** What a short address would have for a host if it is another kind of address with its `//` left out. */
const SCHEMES = ['http', 'https', 'ssh', 'git', 'file', 'ftp', 'data', 'javascript', 'mailto']
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/
const PORT_MAX = 65_535

const EXAMPLE = {
  short: 'git@git.example.test:team/car.git',
  https: 'https://git.example.test/team/car.git',
  ssh: 'ssh://git@git.example.test/team/car.git',
  file: 'file:///srv/git/car.git',
}

/** Why this address is not one that Lockstep asks; undefined when it is. What may be a secret is not repeated. */
export function refuseAddress(url: string, protocols: readonly string[]): string | undefined {
  if (url.startsWith('-') || /[^\x21-\x7e]/.test(url)) return notAnAddress(EXAMPLE.https)
  const [, said, authority = '', path = ''] = WITH_SCHEME.exec(url) ?? []
  const scheme = said ?? (isShortSsh(url) ? 'ssh' : undefined)
  if (scheme === undefined) {
    return notAnAddress(url.includes('@') ? EXAMPLE.short : EXAMPLE.https)
  }
  if (!protocols.includes(scheme)) {
    if (protocols.includes(scheme.toLowerCase())) {
      return `Write "${scheme.toLowerCase()}" in lower case: git knows no "${scheme}".`
    }
    return `Repositories are reached by ${protocols.join(', ')} here, not by ${scheme.slice(0, 20)}. An administrator allows more with LOCKSTEP_GIT_PROTOCOLS.`
  }
  if (said === undefined) return undefined
  if (scheme === 'file') return refuseFile(authority, path)
  return refuseSecret(scheme, authority, path) ?? refusePlace(scheme, authority, path)
}

function isShortSsh(url: string): boolean {
  const [, host] = SHORT_SSH.exec(url) ?? []
  return host !== undefined && (url.includes('@') || !SCHEMES.includes(host.toLowerCase()))
}

function refuseFile(authority: string, path: string): string | undefined {
  const isPlace = authority === '' && path.length > 1 && !path.split('/').includes('..')
  return isPlace ? undefined : notAnAddress(EXAMPLE.file)
}

/** Servers take a token for the name of an account, or from the query. */
function refuseSecret(scheme: string, authority: string, path: string): string | undefined {
  const account = authority.includes('@') ? authority.slice(0, authority.lastIndexOf('@')) : ''
  if (account.includes(':')) return `An address holds no password: ${SHOWN_TO_ALL}`
  if (account !== '' && scheme !== 'ssh') {
    return `An address by ${scheme} names no account, since a token could stand there: ${SHOWN_TO_ALL}`
  }
  if (/[?#]/.test(path)) {
    return `An address has nothing after "?" or "#", since a token could stand there: ${SHOWN_TO_ALL}`
  }
  return undefined
}

function refusePlace(scheme: string, authority: string, path: string): string | undefined {
  const parts = authority.split('@')
  const [host = '', account = ''] = parts.toReversed()
  const [, port] = HOST.exec(host) ?? []
  const isPlace =
    parts.length <= 2 &&
    HOST.test(host) &&
    (port === undefined || (Number(port) >= 1 && Number(port) <= PORT_MAX)) &&
    !account.startsWith('-') &&
    /^\/[^/-]/.test(path) &&
    !path.split('/').includes('..')
  return isPlace ? undefined : notAnAddress(scheme === 'ssh' ? EXAMPLE.ssh : EXAMPLE.https)
}

const SHOWN_TO_ALL =
  'everybody who may see the repository would read it. Give the server a credential helper or a key of its own.'

function notAnAddress(example: string): string {
  return `This is not an address of a repository. One is, for example, ${example}`
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
