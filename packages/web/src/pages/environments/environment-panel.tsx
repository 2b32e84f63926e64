import type { ReactElement } from 'react'
import { Link } from '@tanstack/react-router'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { shortName, thingPart } from '../../lib/address.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import type { ApplicationCell } from './inventory-matrix.ts'
import { DriftCards } from './drift-cards.tsx'
import { listArrivals } from './list-arrivals.ts'
import { runWords } from './resource-rows.ts'

interface EnvironmentPanelProps {
  readonly cell: ApplicationCell
  readonly at: string | undefined
  readonly onClose: () => void
}

/** The environment of the selected cell: who holds it, what is not in order, and how what runs came there. */
export function EnvironmentPanel({ cell, at, onClose }: EnvironmentPanelProps): ReactElement {
  const { environment, rows } = cell
  return (
    <SidePanel
      title={environment.title}
      detail={shortName(rows[0]?.application ?? '')}
      onClose={onClose}
      width="narrow"
    >
      <div className="px-3 pt-3 empty:hidden">
        <DriftCards rows={rows} isPast={at !== undefined} />
      </div>
      {at === undefined && environment.lock.state === 'held' && (
        <PanelSection title="Held">
          <p className="text-12 break-words text-ink-2">
            by {environment.lock.holder}
            {environment.lock.reason !== null && `: ${environment.lock.reason}`}
          </p>
        </PanelSection>
      )}
      <PanelSection title="How it came here">
        <ol className="space-y-3">
          {listArrivals(rows).map(({ key, since, version, putBy, components, resources }) => (
            <li key={key} className="flex items-start gap-2.5">
              <StateGlyph state="passed" size={14} isDecoration />
              <span className="min-w-0 grow">
                <span className="block font-mono text-12 font-heading break-all">{version}</span>
                <span className="block text-12 text-ink-2">
                  {components.join(', ')} on {resources}{' '}
                  {resources === 1 ? 'resource' : 'resources'}
                </span>
                <span className="block text-12 text-ink-3">{runWords(putBy)}</span>
              </span>
              <Link
                to="/environments"
                search={(old) => ({ ...old, at: `${since.slice(0, 19)}Z` })}
                className="text-12 text-ink-3 hover:text-ink hover:underline"
              >
                <span className="sr-only">Show how it was at </span>
                <Time at={since} />
              </Link>
            </li>
          ))}
        </ol>
        <ScreenLink
          to="/environments/$environment"
          params={{ environment: thingPart(environment) }}
          search={at === undefined ? {} : { at }}
          className={`mt-3 ${buttonClasses()}`}
        >
          Open {environment.title}
        </ScreenLink>
      </PanelSection>
    </SidePanel>
  )
}
