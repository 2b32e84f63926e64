// From a claimed row and its plan to the message that an agent gets: nothing is left to look up.

import { isEnvNameAllowed, JobMessage, LOG_BYTES_MAX } from '@lockstep/contract'
import type { WorkMessage } from '@lockstep/contract'
import { findStep, jobWork } from '@lockstep/domain'
import type { AgentId, EnvironmentId, EnvValue, JsonValue, Plan, Work } from '@lockstep/domain'
import type { ClaimedJob } from '../ports/job-claims.ts'
import type { SecretScope } from '../postgres/deliverables/secret-store.ts'
import type { AgentDeps } from './deps.ts'

/** The message, or why this job cannot be given to any agent. */
export type Composed =
  | { readonly ok: true; readonly message: JobMessage }
  | { readonly ok: false; readonly reason: string }

/** Composes the message of a job. Refuses what agents would refuse, so that it ends with a reason here. */
export async function composeJob(
  deps: Pick<AgentDeps, 'secrets' | 'instance' | 'allowsFileRepositories'>,
  agent: AgentId,
  job: ClaimedJob,
  plan: Plan,
): Promise<Composed> {
  const described = jobWork(plan, job.step, job.link, job.target)
  const step = findStep(plan, job.step)
  const place = {
    project: job.owner.project,
    environment: job.environment,
    isOfPlace: plan.kind === 'process',
  }
  const filled = await fillWork(deps, place, described.work)
  if (!filled.ok) return filled
  const envelope = {
    v: 1,
    instance: deps.instance,
    agent,
    job: job.id,
    fence: job.fence,
    attempt: job.attempt,
    cause: null,
    always: step?.always ?? false,
    environment: environmentOf(plan, job.environment),
    lockToken: job.lockToken,
    component: described.component,
    removes: step?.removes === true && job.link === step.links.length - 1,
    from: bare(described.from),
    to: bare(described.to),
    work: filled.work,
    parameters: parametersOf(plan),
    secrets: filled.secrets,
    timeoutMs: described.timeoutMs,
    noOutputMs: described.noOutputMs,
    logBytesMax: LOG_BYTES_MAX,
    address: {
      run: job.owner.root,
      step: described.address.slice(0, 500),
      link: described.title.slice(0, 200),
      resource: described.resource.slice(0, 200),
    },
  }
  const parsed = JobMessage.safeParse({ envelope, signature: null })
  if (parsed.success) return { ok: true, message: parsed.data }
  const [issue] = parsed.error.issues
  const where = issue?.path.slice(1).join('.') ?? ''
  return { ok: false, reason: `No agent takes this job: ${where} ${issue?.message ?? ''}.` }
}

type Filled =
  | { readonly ok: true; readonly work: unknown; readonly secrets: readonly string[] }
  | { readonly ok: false; readonly reason: string }

async function fillWork(
  deps: Pick<AgentDeps, 'secrets' | 'allowsFileRepositories'>,
  place: SecretScope,
  work: Work,
): Promise<Filled> {
  if (work.kind === 'artifact') {
    const { component, version, digest, sizeBytes } = work.artifact
    const artifact = { component, version, digest, sizeBytes }
    return { ok: true, work: { ...work, artifact }, secrets: [] }
  }
  if (work.kind === 'http_check') return { ok: true, work, secrets: [] }
  const filled = await fillEnv(deps, place, work.env)
  if (!filled.ok) return filled
  const { env, secrets } = filled
  if (work.kind !== 'source_command' || work.source === null) {
    return { ok: true, work: { ...work, env }, secrets }
  }
  const protocols = protocolsOf(work.source.url, deps.allowsFileRepositories)
  if (protocols.length === 0) {
    return {
      ok: false,
      reason: `The address ${work.source.url} is none that agents fetch from: use https or ssh.`,
    }
  }
  const { repository, url, commit } = work.source
  return {
    ok: true,
    work: { ...work, env, source: { repository, url, commit, protocols } },
    secrets,
  }
}

type FilledEnv =
  | {
      readonly ok: true
      readonly env: Readonly<Record<string, string>>
      readonly secrets: readonly string[]
    }
  | { readonly ok: false; readonly reason: string }

async function fillEnv(
  deps: Pick<AgentDeps, 'secrets'>,
  place: SecretScope,
  env: Readonly<Record<string, EnvValue>>,
): Promise<FilledEnv> {
  const values: Record<string, string> = {}
  const secrets: string[] = []
  for (const [name, value] of Object.entries(env)) {
    if (!isEnvNameAllowed(name)) {
      return {
        ok: false,
        reason: `A command cannot be given a variable ${name}: the name is reserved. Choose another.`,
      }
    }
    if (typeof value === 'string') {
      values[name] = value
      continue
    }
    const revealed = await deps.secrets.reveal({ ...place, name: value.secret })
    if (revealed.kind === 'unreadable') {
      return {
        ok: false,
        reason: `The secret ${value.secret}, which ${name} is to hold, cannot be read where it is stored. Set it again:  lockstep secret rotate ${value.secret}`,
      }
    }
    if (revealed.kind === 'missing') {
      return {
        ok: false,
        reason: `The secret ${value.secret}, which ${name} is to hold, is not set. Set it:  lockstep secret set ${value.secret}`,
      }
    }
    values[name] = revealed.value
    secrets.push(name)
  }
  return { ok: true, env: values, secrets }
}

type Source = NonNullable<Extract<WorkMessage, { kind: 'source_command' }>['source']>

/** The transports that git may use for this address. */
function protocolsOf(url: string, allowsFiles: boolean): Source['protocols'] {
  if (/^https:\/\//i.test(url)) return ['https']
  if (/^http:\/\//i.test(url)) return ['http']
  if (/^ssh:\/\//i.test(url) || /^[\w.-]+@[\w.-]+:(?!\/\/)/.test(url)) return ['ssh']
  return allowsFiles && (url.startsWith('file://') || url.startsWith('/')) ? ['file'] : []
}

function environmentOf(
  plan: Plan,
  id: EnvironmentId | null,
): { readonly id: EnvironmentId; readonly name: string } | null {
  if (id === null) return null
  const environments =
    plan.kind === 'process' ? [plan.environment] : plan.stages.map(({ environment }) => environment)
  const found = environments.find((environment) => environment?.id === id)
  return { id, name: found?.name ?? id }
}

function parametersOf(plan: Plan): Readonly<Record<string, JsonValue>> {
  return plan.kind === 'run' ? plan.parameters : {}
}

function bare(
  installed: { readonly version: string; readonly digest: string } | null,
): { readonly version: string; readonly digest: string } | null {
  return installed === null ? null : { version: installed.version, digest: installed.digest }
}
