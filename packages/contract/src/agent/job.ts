// A job as an agent is given it: one attempt of one piece of work on one resource, with everything resolved.
import * as z from 'zod/mini'
import {
  AgentIdText,
  ByteCount,
  ComponentName,
  Sha256Text,
  DurationMs,
  EnvironmentIdText,
  Fence,
  JobIdText,
  VersionDigest,
} from './value.ts'

/** Environment names that a definition may set. Others would change how the command is found or linked. */
export const ENV_NAME = /^[A-Z][A-Z0-9_]{0,63}$/

/** Names and beginnings of names that a job may never set: they decide what code is loaded, or are the agent's own. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'SHELL',
  'USER',
  'LOGNAME',
  'IFS',
  'ENV',
  'BASH_ENV',
  'PROMPT_COMMAND',
  'CDPATH',
  'GLOBIGNORE',
  'SHELLOPTS',
  'BASHOPTS',
  'PS4',
  'PERL5LIB',
  'PERL5OPT',
  'PERLLIB',
  'RUBYLIB',
  'RUBYOPT',
  'CLASSPATH',
  'JAVA_TOOL_OPTIONS',
  'GCONV_PATH',
  'TMPDIR',
  'HOSTALIASES',
  'RES_OPTIONS',
])
const RESERVED_BEGINNINGS = ['LD_', 'DYLD_', 'GIT_', 'NODE_', 'PYTHON', 'LOCKSTEP_', 'BASH_FUNC_']

/** Whether a definition, a parameter or a matrix may give this name to a command. */
export function isEnvNameAllowed(name: string): boolean {
  if (!ENV_NAME.test(name) || RESERVED_NAMES.has(name)) return false
  return !RESERVED_BEGINNINGS.some((beginning) => name.startsWith(beginning))
}

const EnvMap = z.record(
  z.string().check(z.refine(isEnvNameAllowed, 'a name that a job may set')),
  z.string().check(z.refine((value) => !value.includes('\0'), 'no NUL in a value')),
)

const Argv = z
  .array(z.string().check(z.refine((value) => !value.includes('\0'), 'no NUL in an argument')))
  .check(z.minLength(1), z.maxLength(1_000))

/** A path below the host's root or the work folder: no step upwards, no control characters. */
const PlainPath = z.string().check(
  z.minLength(1),
  z.maxLength(500),
  z.refine(
    (path) => !path.split('/').includes('..') && !hasControlCharacter(path),
    'a path without .. and control characters',
  ),
)

function hasControlCharacter(text: string): boolean {
  for (const letter of text) {
    const code = letter.charCodeAt(0)
    if (code < 32 || code === 127) return true
  }
  return false
}

export const ArtifactMessage = z.strictObject({
  component: z.string().check(z.minLength(1), z.maxLength(100)),
  version: z.string().check(z.minLength(1), z.maxLength(200)),
  digest: Sha256Text,
  sizeBytes: ByteCount,
})

/** The work of a plan as it travels: as in the plan, with the values of its environment filled in. */
export const WorkMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), argv: Argv, env: EnvMap }),
  z.strictObject({
    kind: z.literal('script'),
    text: z.string().check(z.minLength(1), z.maxLength(1_000_000)),
    env: EnvMap,
  }),
  z.strictObject({ kind: z.literal('artifact'), artifact: ArtifactMessage, into: PlainPath }),
  z.strictObject({
    kind: z.literal('http_check'),
    url: z.string().check(z.maxLength(2_000), z.regex(/^https?:\/\//)),
    status: z.int().check(z.gte(100), z.lte(599)),
    withinMs: DurationMs,
    everyMs: DurationMs,
  }),
  z.strictObject({
    kind: z.literal('source_command'),
    purpose: z.enum(['build', 'test', 'command']),
    source: z.nullable(
      z.strictObject({
        repository: z.string().check(z.maxLength(200)),
        url: z.string().check(
          z.minLength(1),
          z.maxLength(2_000),
          z.refine((url) => !url.startsWith('-') && !hasControlCharacter(url), 'an address'),
        ),
        commit: z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
        /** Transports that git may use for this address, for example `https`. */
        protocols: z
          .array(z.enum(['https', 'http', 'ssh', 'git', 'file']))
          .check(z.minLength(1), z.maxLength(5)),
      }),
    ),
    argv: Argv,
    env: EnvMap,
    versionFile: z.nullable(PlainPath),
    artifacts: z.record(z.string().check(z.minLength(1), z.maxLength(100)), PlainPath),
    reports: z.nullable(PlainPath),
    sbom: z.nullable(PlainPath),
  }),
])
export type WorkMessage = z.infer<typeof WorkMessage>

export const JobEnvelope = z.strictObject({
  v: z.literal(1),
  /** Generation of the server's data: another one after a restore, so that old jobs are not taken for new ones. */
  instance: z.string().check(z.minLength(1), z.maxLength(100)),
  agent: AgentIdText,
  job: JobIdText,
  fence: Fence,
  attempt: z.int().check(z.gte(1)),
  cause: z.nullable(z.string().check(z.maxLength(100))),
  /** Runs although its run is being aborted. */
  always: z.boolean(),
  environment: z.nullable(
    z.strictObject({ id: EnvironmentIdText, name: z.string().check(z.maxLength(200)) }),
  ),
  /** Token of the environment's lock; an agent refuses a lower one than it has seen. */
  lockToken: z.nullable(z.int().check(z.gte(0))),
  component: z.nullable(ComponentName),
  /** The component is gone after this job: what was placed is taken away. */
  removes: z.boolean(),
  /** What the plan saw on this resource, and what it will run. */
  from: z.nullable(VersionDigest),
  to: z.nullable(VersionDigest),
  work: WorkMessage,
  /** Given to the command as JSON on standard input. */
  parameters: z.record(z.string(), z.json()),
  /** Names in `work.env` whose values are secret: never shown, never logged. */
  secrets: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(100)),
  timeoutMs: DurationMs,
  noOutputMs: z.nullable(DurationMs),
  logBytesMax: ByteCount,
  /** Where this belongs, in words for people. */
  address: z.strictObject({
    run: z.string().check(z.maxLength(500)),
    step: z.string().check(z.maxLength(500)),
    link: z.string().check(z.maxLength(200)),
    resource: z.string().check(z.maxLength(200)),
  }),
})
export type JobEnvelope = z.infer<typeof JobEnvelope>

/** A job with room for a signature over the canonical text of its envelope; null while servers do not sign. */
export const JobMessage = z.strictObject({
  envelope: JobEnvelope,
  signature: z.nullable(
    z.strictObject({
      key: z.string().check(z.maxLength(100)),
      value: z.string().check(z.maxLength(200)),
    }),
  ),
})
export type JobMessage = z.infer<typeof JobMessage>
