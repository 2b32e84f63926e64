// The only reader of the environment and of the command line. Everything is checked once, before anything begins.
import { hostname } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { AgentName, Labels } from '@lockstep/contract/agent'

/** What an agent is told from outside. */
export interface AgentConfig {
  /** Origin of the server, without a path. */
  readonly server: string
  /** Key, journals, spool files and work folders: survives restarts, belongs to this agent alone. */
  readonly stateDir: string
  readonly name: string
  readonly labels: readonly string[]
  /** Where places like `/srv/api` begin and where commands run; `/` on a real host. */
  readonly hostRoot: string
  /** What every command gets beside its own: a short list of names from the agent's environment. */
  readonly commandEnv: Readonly<Record<string, string>>
  readonly enrolToken: string | undefined
  readonly slots: number
  /** Take one job, bring it to its end, and stop. */
  readonly isOnce: boolean
  /** How often what was placed is looked at for changes. */
  readonly verifyEveryMs: number
  /** Shortest pause after a failed call; it doubles up to a minute. */
  readonly retryMs: number
  /** Ends the program when there was no poll and no running job for so long; the service manager starts it again. */
  readonly silenceMsMax: number
  /** What Node itself is told when it starts a supervisor. */
  readonly supervisorEnv: Readonly<Record<string, string>>
  /** The proxy variables of the environment, as they are. */
  readonly proxyEnv: Readonly<Record<string, string>>
}

/** The agent was set up in a way that cannot work; the message says which setting and what it should be. */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault'
}

type Env = Readonly<Record<string, string | undefined>>

const COMMAND_ENV_NAMES = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]
/** Where Node keeps compiled code: a supervisor then starts in half the time. */
const SUPERVISOR_ENV_NAMES = ['NODE_COMPILE_CACHE']
const PROXY_NAMES = [
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
]
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Reads the configuration of an agent. Throws a ConfigFault that names the first setting that cannot be used. */
export function parseConfig(env: Env, args: readonly string[]): AgentConfig {
  const stateDir = resolve(env['LOCKSTEP_AGENT_STATE'] ?? env['STATE_DIRECTORY'] ?? 'agent-state')
  return {
    server: parseServer(env['LOCKSTEP_SERVER']),
    stateDir,
    name: parseName(env['LOCKSTEP_AGENT_NAME'] ?? hostname()),
    labels: parseLabels(env['LOCKSTEP_AGENT_LABELS']),
    hostRoot: parseHostRoot(env['LOCKSTEP_AGENT_ROOT']),
    commandEnv: pick(env, [...COMMAND_ENV_NAMES, ...parsePassedNames(env['LOCKSTEP_AGENT_PASS'])]),
    enrolToken: env['LOCKSTEP_ENROL_TOKEN'],
    slots: parseCount('LOCKSTEP_AGENT_SLOTS', env['LOCKSTEP_AGENT_SLOTS'], 2, 1, 50),
    isOnce: parseArguments(args),
    verifyEveryMs:
      1_000 * parseCount('LOCKSTEP_AGENT_VERIFY_S', env['LOCKSTEP_AGENT_VERIFY_S'], 60, 1, 86_400),
    retryMs: parseCount(
      'LOCKSTEP_AGENT_RETRY_MS',
      env['LOCKSTEP_AGENT_RETRY_MS'],
      1_000,
      10,
      60_000,
    ),
    silenceMsMax:
      1_000 *
      parseCount('LOCKSTEP_AGENT_SILENCE_S', env['LOCKSTEP_AGENT_SILENCE_S'], 600, 1, 86_400),
    supervisorEnv: pick(env, SUPERVISOR_ENV_NAMES),
    proxyEnv: pick(env, PROXY_NAMES),
  }
}

function parseServer(text: string | undefined): string {
  const url = text === undefined ? undefined : URL.parse(text)
  if (url === undefined || url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigFault(
      'LOCKSTEP_SERVER must be the address of the server, for example https://lockstep.example.com.',
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigFault(
      `LOCKSTEP_SERVER is ${url.origin}: without encryption an agent talks only to its own machine. Use https.`,
    )
  }
  return url.origin
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function parseName(text: string): string {
  if (AgentName.safeParse(text).success) return text
  throw new ConfigFault(
    `LOCKSTEP_AGENT_NAME is ${JSON.stringify(text)}: use letters, digits, dots and hyphens, at most 63.`,
  )
}

function parseLabels(text: string | undefined): readonly string[] {
  const labels = splitList(text)
  if (Labels.safeParse(labels).success) return labels
  throw new ConfigFault(
    `LOCKSTEP_AGENT_LABELS is ${JSON.stringify(text)}: use lower-case words separated by commas, at most 50.`,
  )
}

function parseHostRoot(text: string | undefined): string {
  if (text === undefined || text === '') return '/'
  if (isAbsolute(text)) return join(text)
  throw new ConfigFault(`LOCKSTEP_AGENT_ROOT is ${JSON.stringify(text)}: use a path from the root.`)
}

function parsePassedNames(text: string | undefined): readonly string[] {
  const names = splitList(text)
  const wrong = names.find((name) => !NAME.test(name))
  if (wrong === undefined) return names
  throw new ConfigFault(
    `LOCKSTEP_AGENT_PASS names ${JSON.stringify(wrong)}, which is no name of an environment variable.`,
  )
}

function parseCount(
  name: string,
  text: string | undefined,
  standard: number,
  least: number,
  most: number,
): number {
  if (text === undefined || text === '') return standard
  const count = Number(text)
  if (Number.isInteger(count) && count >= least && count <= most) return count
  throw new ConfigFault(
    `${name} is ${JSON.stringify(text)}: use a whole number from ${least} to ${most}.`,
  )
}

function parseArguments(args: readonly string[]): boolean {
  const unknown = args.find((argument) => argument !== '--once')
  if (unknown === undefined) return args.length > 0
  throw new ConfigFault(
    `${JSON.stringify(unknown)} is no argument of the agent; there is only --once.`,
  )
}

function splitList(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((part) => part !== '')
}

function pick(env: Env, names: readonly string[]): Readonly<Record<string, string>> {
  const picked: Record<string, string> = {}
  for (const name of names) {
    const value = env[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}
