// The oracle of chaos: what must hold after every round, whoever was killed when. It decides over evidence that was
// gathered before, so that a test can show that it sees each kind of fault.

/** A line that a target wrote by itself when it was started, with the job that it was told. */
export interface Start {
  readonly host: string
  readonly component: string
  readonly version: string
  /** Null: started by hand, not by a job. */
  readonly job: string | null
}

/** One lease of one job on an agent, as the agent's own journal has it. */
export interface Lease {
  readonly host: string
  readonly job: string
  readonly fence: number
  /** How often something was begun. */
  readonly started: number
}

/** One attempt of one piece of work, as the server shows it to everybody. */
export interface KnownJob {
  readonly id: string
  readonly link: string
  readonly resource: string
  readonly state: string
  /** Why it followed another attempt: `lost`, `retry_rule`, `person`. */
  readonly cause: string | null
}

/** A component on a host, as the inventory has it. */
export interface Installed {
  readonly place: string
  readonly version: string | null
  readonly isVerified: boolean
}

/** What a running program says of itself, and what was built. */
export interface Running {
  readonly place: string
  readonly running: string
  readonly built: string
}

/** Everything that one round has left, from the targets, the agents, the server and what runs. */
export interface RoundEvidence {
  /** The version that all three parts were to get. */
  readonly version: string
  readonly starts: readonly Start[]
  readonly leases: readonly Lease[]
  /** All attempts of the round's runs. */
  readonly jobs: readonly KnownJob[]
  /** How many runs each commit of the round began, by repository. */
  readonly runsOfCommit: ReadonlyMap<string, number>
  /** `component on host`, for all that must run. */
  readonly places: readonly string[]
  readonly installed: readonly Installed[]
  readonly running: readonly Running[]
  /** What is wrong with the audit trail; undefined when nothing is. */
  readonly auditFault: string | undefined
}

/** The links whose commands write a line on the target each time they are executed. */
const COUNTED_LINKS: ReadonlySet<string> = new Set(['restart', 'migrate'])

/** What was lost, or was run twice without notice, in sentences. Empty when all is well. */
export function findViolations(evidence: RoundEvidence): readonly string[] {
  return [
    ...findDoubleStarts(evidence),
    ...findUnnoticedStarts(evidence),
    ...findLostStarts(evidence),
    ...findDoubleLeases(evidence),
    ...findTriggers(evidence),
    ...findWrongVersions(evidence),
    ...findWrongBytes(evidence),
    ...(evidence.auditFault === undefined
      ? []
      : [`the audit trail is broken: ${evidence.auditFault}`]),
  ]
}

/** Each attempt is a job of its own, so no target may have been started twice by one. */
function findDoubleStarts({ starts }: RoundEvidence): readonly string[] {
  const keys = starts.flatMap(({ host, component, job }) =>
    job === null ? [] : [`${component} on ${host} by ${job}`],
  )
  return repeated(keys).map((key) => `started twice: ${key}`)
}

/** Every start of the round belongs to an attempt that the server shows, and on the host where it shows it. */
function findUnnoticedStarts({ starts, jobs, version }: RoundEvidence): readonly string[] {
  const resourceOf = new Map(jobs.map(({ id, resource }) => [id, resource]))
  return starts.flatMap((start) => {
    if (start.version !== version || start.job === null) return []
    if (resourceOf.get(start.job) === start.host) return []
    return [`started without notice: ${start.component} on ${start.host} by ${start.job}`]
  })
}

/** What the server calls done, the target has seen. */
function findLostStarts({ starts, jobs }: RoundEvidence): readonly string[] {
  const seen = new Set(starts.map(({ job }) => job))
  return jobs
    .filter(
      ({ id, link, state }) => COUNTED_LINKS.has(link) && state === 'succeeded' && !seen.has(id),
    )
    .map(({ id, link, resource }) => `never executed: ${link} on ${resource} by ${id}`)
}

/** A job is begun at most once: under one fence, on one agent. */
function findDoubleLeases({ leases }: RoundEvidence): readonly string[] {
  const begun = leases.flatMap(({ job, started }) => Array.from({ length: started }, () => job))
  return repeated(begun).map((job) => `begun twice, by the journals of the agents: ${job}`)
}

function findTriggers({ runsOfCommit }: RoundEvidence): readonly string[] {
  return [...runsOfCommit]
    .filter(([, runs]) => runs !== 1)
    .map(([repository, runs]) => `the commit to ${repository} began ${runs} runs`)
}

function findWrongVersions({ places, installed, version }: RoundEvidence): readonly string[] {
  const found = new Map(installed.map((row) => [row.place, row]))
  return places.flatMap((place) => {
    const row = found.get(place)
    if (row?.version !== version) return [`${place} is ${row?.version ?? 'lost'}, not ${version}`]
    return row.isVerified ? [] : [`${place} is not verified`]
  })
}

function findWrongBytes({ places, running }: RoundEvidence): readonly string[] {
  const found = new Map(running.map((row) => [row.place, row]))
  return places.flatMap((place) => {
    const row = found.get(place)
    if (row !== undefined && row.running === row.built) return []
    return [`${place} runs ${row?.running ?? 'nothing'}, not ${row?.built ?? 'what was built'}`]
  })
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return keys.filter((key) => {
    const again = seen.has(key)
    seen.add(key)
    return again
  })
}
