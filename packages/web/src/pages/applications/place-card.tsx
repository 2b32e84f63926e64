import type { ReactElement } from 'react'
import type { EnvironmentTierDefinition } from '@lockstep/define/check'
import type { InventoryRow } from '../../lib/inventory.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { worstOf } from '../../ui/state.ts'
import { stateOf } from '../environments/inventory-matrix.ts'
import { counted } from '../../ui/counted.ts'

/** More resources than this are counted. */
const SHOWN_MAX = 6

interface PlaceCardProps {
  readonly place: EnvironmentTierDefinition
  readonly filledBy: string | undefined
  /** Of the application, that go here. */
  readonly components: readonly string[]
  readonly rows: readonly InventoryRow[]
}

/** A tier of the environment: the resources that it has for this application, and how they are touched. */
export function PlaceCard({ place, filledBy, components, rows }: PlaceCardProps): ReactElement {
  const here = rows.filter(({ component }) => components.includes(component))
  const resources = [...Map.groupBy(here, ({ resource }) => resource)].toSorted(([a], [b]) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  return (
    <div className="p-3.5 pt-2.5">
      <div className="flex h-5 items-center gap-2">
        <h3 className="text-13">{place.name}</h3>
        <span className="truncate text-12 text-ink-3">{filledBy}</span>
      </div>
      <ul className="my-2 space-y-1.5">
        {resources.slice(0, SHOWN_MAX).map(([resource, own]) => (
          <li key={resource} className="flex items-center gap-2.5">
            <StateGlyph state={worstOf(own.map(stateOf))} size={12} />
            <span className="font-mono text-12 break-all">{resource}</span>
            <span className="ml-auto font-mono text-11 text-ink-2">
              {[...new Set(own.flatMap(({ reported }) => reported?.version ?? []))].join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {resources.length > SHOWN_MAX && (
        <p className="mb-2 text-12 text-ink-3">and {resources.length - SHOWN_MAX} more</p>
      )}
      <p className="text-12 text-ink-2">
        {resources.length === 0 ? (
          'Nothing of it has been here yet'
        ) : (
          <>
            <strong className="font-name">{components.join(', ')}</strong> on{' '}
            {counted(resources.length, 'resource')}
          </>
        )}
        {place.kind === 'hosts' &&
          `, ${place.atOnce === 1 ? 'one at a time' : `${place.atOnce} at once`}`}
      </p>
    </div>
  )
}
