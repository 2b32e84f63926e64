// The only reader of the environment.

import { join, resolve } from 'node:path'
import { LOG_LEVELS } from './observe/logger.ts'
import * as z from 'zod/mini'

const PORT = z.int().check(z.minimum(0), z.maximum(65_535))
const PROTOCOLS = ['https', 'ssh', 'file'] as const

/** One variable: what it must be, in words, and how its text is read. */
interface Variable<Value> {
  readonly name: string
  readonly rule: string
  readonly schema: z.ZodMiniType<Value>
  readonly read?: (text: string) => unknown
  readonly fallback: Value
}

/** How this server is run. Made once, from the environment, by `readConfig`. */
export interface Config {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  readonly internalPort: number
  readonly dataDir: string
  /** A PostgreSQL of one's own; without it an embedded one is started below the data folder. */
  readonly databaseUrl: string | undefined
  readonly pgBin: string | undefined
  /** The address under which people reach this server; without it the one it listens on. */
  readonly publicUrl: string | undefined
  readonly smtpUrl: string | undefined
  readonly gitProtocols: readonly (typeof PROTOCOLS)[number][]
  readonly trustedProxies: readonly string[]
  readonly logLevel: (typeof LOG_LEVELS)[number]
  readonly logFile: string | undefined
  /** The key that secrets are sealed under. Servers that share a database share it. */
  readonly secretKeyFile: string
  /** The key is lost: the values that were sealed under it are given up. */
  readonly forgetSecrets: boolean
  /** What programs that the server runs (git) get of its own surroundings; each takes only what it names. */
  readonly surroundings: Readonly<Record<string, string | undefined>>
}

/** A variable has a value that cannot be used; the message names it, the rule and the way out. */
export class ConfigRefusal extends Error {
  override readonly name = 'ConfigRefusal'
}

const optionalText = z.optional(z.string().check(z.minLength(1)))
const integer = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text)
const list = (text: string): unknown => text.split(',').map((part) => part.trim())
const HOST = /^[A-Za-z0-9.:-]+$/
const ADDRESS = /^[0-9A-Fa-f.:]+(\/\d{1,3})?$/

/** Reads the settings, or throws a `ConfigRefusal` for the first one that cannot be used. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const value = <Value>(variable: Variable<Value>): Value =>
    valueOf(variable, environment[variable.name])
  const config: Config = {
    port: value({
      name: 'LOCKSTEP_PORT',
      rule: 'a port number from 1 to 65535, or 0 to let the system choose',
      schema: PORT,
      read: integer,
      fallback: 4600,
    }),
    host: value({
      name: 'LOCKSTEP_HOST',
      rule: 'an address or host name to listen on, such as 127.0.0.1',
      schema: z.string().check(z.regex(HOST)),
      fallback: '127.0.0.1',
    }),
    internalPort: value({
      name: 'LOCKSTEP_INTERNAL_PORT',
      rule: 'a port number from 1 to 65535, or 0 to let the system choose',
      schema: PORT,
      read: integer,
      fallback: 0,
    }),
    dataDir: resolve(
      value({
        name: 'LOCKSTEP_DATA',
        rule: 'a folder',
        schema: z.string().check(z.minLength(1)),
        fallback: './data',
      }),
    ),
    databaseUrl: value({
      name: 'DATABASE_URL',
      rule: 'postgres://user:password@host:5432/database',
      schema: z.optional(z.string().check(z.regex(/^postgres(ql)?:\/\//))),
      fallback: undefined,
    }),
    pgBin: value({
      name: 'PG_BIN',
      rule: 'the folder with initdb and postgres, such as /usr/lib/postgresql/18/bin',
      schema: optionalText,
      fallback: undefined,
    }),
    publicUrl: value({
      name: 'LOCKSTEP_PUBLIC_URL',
      rule: 'the address that people type, such as https://lockstep.example.test, without a path',
      schema: z.optional(z.string().check(z.refine(isOrigin))),
      read: withoutSlash,
      fallback: undefined,
    }),
    smtpUrl: value({
      name: 'SMTP_URL',
      rule: 'smtp://host:587 or smtps://user:password@host',
      schema: z.optional(z.string().check(z.regex(/^smtps?:\/\//))),
      fallback: undefined,
    }),
    gitProtocols: value({
      name: 'LOCKSTEP_GIT_PROTOCOLS',
      rule: `a list of ${PROTOCOLS.join(', ')} with commas between`,
      schema: z.array(z.enum(PROTOCOLS)).check(z.minLength(1)),
      read: list,
      fallback: ['https', 'ssh'],
    }),
    trustedProxies: value({
      name: 'LOCKSTEP_TRUSTED_PROXIES',
      rule: 'addresses or ranges of your own proxies, such as 10.0.0.0/8, with commas between',
      schema: z.array(z.string().check(z.regex(ADDRESS))),
      read: list,
      fallback: [],
    }),
    logLevel: value({
      name: 'LOCKSTEP_LOG_LEVEL',
      rule: `one of ${LOG_LEVELS.join(', ')}`,
      schema: z.enum(LOG_LEVELS),
      fallback: 'warn',
    }),
    logFile: value({
      name: 'LOCKSTEP_LOG_FILE',
      rule: 'a file for the log; without it the log goes to standard error',
      schema: optionalText,
      fallback: undefined,
    }),
    secretKeyFile: resolve(
      value({
        name: 'LOCKSTEP_SECRET_KEY_FILE',
        rule: 'a file that only the server may read',
        schema: z.string().check(z.minLength(1)),
        fallback: join(environment['LOCKSTEP_DATA'] || './data', 'keys', 'secrets.key'),
      }),
    ),
    forgetSecrets: value({
      name: 'LOCKSTEP_FORGET_SECRETS',
      rule: 'yes, for one start after the key was lost',
      schema: z.boolean(),
      read: (text) => (text === 'yes' ? true : text),
      fallback: false,
    }),
    surroundings: environment,
  }
  refuseOpenHttp(config)
  return config
}

function valueOf<Value>(
  { name, rule, schema, read, fallback }: Variable<Value>,
  text: string | undefined,
): Value {
  if (text === undefined || text === '') return fallback
  const parsed = z.safeParse(schema, read === undefined ? text : read(text))
  if (parsed.success) return parsed.data
  const shown = /URL/.test(name) ? 'Its value' : `"${text}"` // An address may hold a password.
  throw new ConfigRefusal(
    `${name} must be ${rule}. ${shown} is not. Change it, or leave it out${fallback === undefined ? '' : ` for ${JSON.stringify(fallback)}`}.`,
  )
}

/** Passwords over plain http are for this machine only. */
function refuseOpenHttp({ host, publicUrl }: Config): void {
  if (isLoopback(host) || publicUrl?.startsWith('https://') === true) return
  throw new ConfigRefusal(
    `LOCKSTEP_HOST is ${host}, which other machines reach, and LOCKSTEP_PUBLIC_URL names no https address. ` +
      'Put a proxy with https in front and set LOCKSTEP_PUBLIC_URL to its address, or listen on 127.0.0.1.',
  )
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '::1' ||
    host === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
  )
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

function withoutSlash(text: string): string {
  return text.replace(/\/$/, '')
}
