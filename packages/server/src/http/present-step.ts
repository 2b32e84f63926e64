// What a step was told to do, in words, as its plan keeps it. A secret is its name.

import type { StepDetail } from '@lockstep/contract'
import type { EnvValue, LinkPlan, StepPlan, Work } from '@lockstep/domain'
import type * as z from 'zod/mini'

type View = z.output<typeof StepDetail>
type Setting = View['settings'][number]

/** The settings of a step that say more than what all steps do. */
export function presentSettings(step: StepPlan): readonly Setting[] {
  const { component, tier, needs, when, always, onError, atOnce, stopAfter, health } = step
  return [
    ...setting('Component', component),
    ...setting('Tier', tier),
    ...setting('Resources', resourcesOf(step)),
    ...setting('At once', step.targets.length > 1 ? String(atOnce) : null),
    ...setting('After', needs.length === 0 ? null : needs.join(', ')),
    ...setting('Only when', when),
    ...setting('Runs', always ? 'always, also when the rest has failed' : null),
    ...setting('If it fails', ON_ERROR[onError]),
    ...setting('Stops after', step.targets.length > 1 ? `${stopAfter} that failed` : null),
    ...setting(
      'Health',
      health && `${health.url} answers ${health.status} within ${lengthOf(health.withinMs)}`,
    ),
  ]
}

const ON_ERROR = {
  stop: 'what comes after it does not begin',
  continue: 'what comes after it goes on',
  ask: 'somebody is asked',
} as const

const RESOURCES_NAMED_MAX = 20

function resourcesOf({ targets }: StepPlan): string {
  const named = targets
    .slice(0, RESOURCES_NAMED_MAX)
    .map(({ resource, matrix, action, reason }) => {
      const cells = Object.entries(matrix).map(([name, value]) => `${name}=${value}`)
      const skipped = action === 'skip' ? [reason ?? 'passed over'] : []
      const more = [...cells, ...skipped].join(', ')
      return more === '' ? resource : `${resource} (${more})`
    })
  const left = targets.length - named.length
  return [...named, ...(left > 0 ? [`${left} more`] : [])].join(', ')
}

export function presentLink({ name, work, ...link }: LinkPlan): View['links'][number] {
  return {
    name,
    does: doesOf(work),
    variables: 'env' in work ? presentVariables(work.env) : [],
    settings: [
      ...sourceOf(work),
      ...setting('At most', lengthOf(link.timeoutMs)),
      ...setting('Without a word at most', link.noOutputMs && lengthOf(link.noOutputMs)),
      ...setting('If it fails', link.onError.action === 'stop' ? null : failing(link.onError)),
      ...setting('If contact is lost', link.onLost === 'retry' ? 'it is run again' : null),
    ],
  }
}

/** Variables by name, secrets by what they are called. */
export function presentVariables(env: Readonly<Record<string, EnvValue>>): View['variables'] {
  return Object.entries(env).map(([name, value]) =>
    typeof value === 'string'
      ? { name, value, secret: null }
      : { name, value: null, secret: value.secret },
  )
}

function doesOf(work: Work): string {
  switch (work.kind) {
    case 'command':
    case 'source_command':
      return work.argv.map(quoted).join(' ')
    case 'script':
      return work.text
    case 'artifact':
      return `put ${work.artifact.component} ${work.artifact.version} into ${work.into}`
    case 'http_check':
      return `wait until ${work.url} answers ${work.status}, for ${lengthOf(work.withinMs)} at most`
  }
}

/** An argument as a shell would take it. Nothing here is run by one: arguments go to the command as they are. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}

function sourceOf(work: Work): readonly Setting[] {
  if (work.kind === 'artifact') return setting('Digest', work.artifact.digest)
  if (work.kind !== 'source_command') return []
  const { source, versionFile, artifacts, reports, sbom } = work
  const taken = Object.entries(artifacts).map(([component, file]) => `${component} from ${file}`)
  return [
    ...setting('Source', source && `${source.repository} at ${source.commit}`),
    ...setting('Version from', versionFile),
    ...setting('Takes out', taken.length === 0 ? null : taken.join(', ')),
    ...setting('Test reports', reports),
    ...setting('Bill of materials', sbom),
  ]
}

function failing(onError: LinkPlan['onError']): string {
  if (onError.action !== 'retry') return ON_ERROR[onError.action]
  const { times, everyMs } = onError
  return `it is tried ${times === 1 ? 'once more' : `${times} times more`}, ${lengthOf(everyMs)} apart`
}

function setting(name: string, value: string | number | null | undefined): readonly Setting[] {
  return value === null || value === undefined || value === '' || value === 0
    ? []
    : [{ name, value: String(value) }]
}

const UNITS = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const

/** `1 h 30 min`; the smallest is said in milliseconds. */
function lengthOf(ms: number): string {
  let left = ms
  const parts = UNITS.flatMap(([unit, word]) => {
    const many = Math.floor(left / unit)
    left -= many * unit
    return many === 0 ? [] : [`${many} ${word}`]
  })
  return parts.length === 0 ? `${ms} ms` : parts.join(' ')
}
