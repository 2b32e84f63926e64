// The environment of a command, built up from nothing: what the agent passes on, what the job says, where it is.
import { isEnvNameAllowed } from '@lockstep/contract/agent'
import type { JobEnvelope } from '@lockstep/contract/agent'

export interface Places {
  readonly hostRoot: string
  readonly work: string
  readonly temporary: string
}

/** The environment for the commands of a job. Names that decide which code is loaded cannot come from the job. */
export function buildCommandEnv(
  passed: Readonly<Record<string, string>>,
  envelope: JobEnvelope,
  places: Places,
): Readonly<Record<string, string>> {
  const { work } = envelope
  const own = 'env' in work ? work.env : {}
  const env: Record<string, string> = { PATH: '/usr/local/bin:/usr/bin:/bin', ...passed }
  for (const [name, value] of Object.entries(own)) {
    if (isEnvNameAllowed(name)) env[name] = value
  }
  return { ...env, ...describeJob(envelope), ...describePlaces(places) }
}

function describeJob(envelope: JobEnvelope): Readonly<Record<string, string>> {
  const { job, attempt, environment, component, from, to } = envelope
  return {
    LOCKSTEP_JOB: job,
    LOCKSTEP_ATTEMPT: String(attempt),
    ...(environment === null ? {} : { LOCKSTEP_ENVIRONMENT: environment.name }),
    ...(component === null ? {} : { LOCKSTEP_COMPONENT: component.name }),
    ...(from === null ? {} : { LOCKSTEP_FROM_VERSION: from.version }),
    ...(to === null ? {} : { LOCKSTEP_TO_VERSION: to.version }),
  }
}

function describePlaces(places: Places): Readonly<Record<string, string>> {
  return {
    LOCKSTEP_HOST_ROOT: places.hostRoot,
    LOCKSTEP_WORK: places.work,
    TMPDIR: places.temporary,
  }
}
