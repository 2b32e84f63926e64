// What the history of an environment says: entries by day, each in a few words.

import type { EnvironmentChange as ChangeSchema } from '@lockstep/contract'
import type * as z from 'zod/mini'
import { shortName } from '../../lib/address.ts'
import type { ShownState } from '../../ui/state.ts'
import { runWords } from './resource-rows.ts'

export type EnvironmentChange = z.output<typeof ChangeSchema>

export interface HistoryDay {
  /** `Today`, `Mon 16 Nov`. */
  readonly title: string
  readonly entries: readonly EnvironmentChange[]
}

/** Entries by the day of the reader, newest first as they came. */
export function listDays(
  entries: readonly EnvironmentChange[],
  now: number,
): readonly HistoryDay[] {
  return [...Map.groupBy(entries, ({ at }) => dayWords(Date.parse(at), now))].map(
    ([title, own]) => ({ title, entries: own }),
  )
}

function dayWords(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)]
  if (then.toDateString() === today.toDateString()) return 'Today'
  return then.toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(then.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
  })
}

export function stateOfChange({ what, drift }: EnvironmentChange): ShownState {
  if (what === 'lost') return 'unknown'
  if (drift) return 'drifted'
  return what === 'left' ? 'aborted' : 'passed'
}

/** What happened to which application: the words around its name. */
export function changeWords({ what, drift, version }: EnvironmentChange): {
  readonly before: string
  readonly after: string
} {
  switch (what) {
    case 'arrived':
      return { before: '', after: version ?? '' }
    case 'left':
      return { before: '', after: 'taken away' }
    case 'told':
      return { before: '', after: version ?? 'taken away' }
    case 'accepted':
      return { before: 'Drift of ', after: 'accepted' }
    case 'found':
      return drift
        ? { before: 'Drift of ', after: '' }
        : { before: '', after: `${version ?? 'nothing'} again` }
    case 'lost':
      return { before: 'Contact lost over ', after: '' }
  }
}

/** On what, by whom, and what was there before. */
export function detailWords(change: EnvironmentChange): string {
  const { what, version, from, resources, resourceCount, components, run, by, drift, reason } =
    change
  const on = resourceCount === 1 ? (resources[0] ?? '1 resource') : `${resourceCount} resources`
  const part =
    (what === 'found' && drift) || what === 'accepted'
      ? `${components.join(', ')} ${version ?? 'gone'} on ${on}`
      : on
  const who =
    run === null
      ? what === 'found'
        ? `found by ${by ?? 'an agent'}`
        : `${what} by ${by ?? 'somebody'}`
      : [runWords(run), by === null ? '' : `started by ${by}`].filter(Boolean).join(', ')
  const old = from.length === 0 ? '' : `from ${from.join(', ')}`
  const why = what === 'accepted' && reason !== null ? `“${reason}”` : ''
  return [part, who, old, why].filter((words) => words !== '').join(' · ')
}

/** The application of an entry, short. */
export function applicationOf({ application }: EnvironmentChange): string {
  return shortName(application)
}
