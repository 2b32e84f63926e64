import type { ReactElement } from 'react'
import type { Defined } from '../../lib/definitions.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { listUnplaced, type MappedEnvironment } from './tier-map.ts'

interface RunsOnTableProps {
  /** What it is called, for people who do not see it. */
  readonly label: string
  readonly application: Defined<'application'>
  readonly mapped: readonly MappedEnvironment[]
  readonly shown: MappedEnvironment | undefined
}

/** The whole tier map as a table, and whether every tier has a place. */
export function RunsOnTable({ label, application, mapped, shown }: RunsOnTableProps): ReactElement {
  const unplaced = listUnplaced(application, mapped)
  return (
    <>
      <div
        role="region"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        className="relative overflow-x-auto"
      >
        <table className="w-full border-separate border-spacing-0 text-left text-12">
          <thead>
            <tr>
              <th scope="col" className="h-8 px-3.5 font-normal text-ink-3">
                Tier
              </th>
              {mapped.map(({ address, title }) => (
                <th
                  key={address}
                  scope="col"
                  className={`px-3 whitespace-nowrap ${address === shown?.address ? 'bg-accent-tint font-heading' : 'font-normal text-ink-2'}`}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {application.body.tiers.map(({ name }) => (
              <tr key={name}>
                <th scope="row" className="h-8 border-t border-line px-3.5 font-normal text-ink-2">
                  {name}
                </th>
                {mapped.map(({ address, places }) => (
                  <td
                    key={address}
                    className={`border-t border-line px-3 whitespace-nowrap ${address === shown?.address ? 'bg-accent-tint' : ''}`}
                  >
                    {places.get(name) ?? <span className="text-fail">no place</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p
        className={`flex items-center gap-2 border-t border-line px-3.5 py-2 text-12 ${unplaced.length === 0 ? 'text-ok' : 'text-fail'}`}
      >
        <StateGlyph state={unplaced.length === 0 ? 'passed' : 'failed'} size={14} isDecoration />
        {unplaced.length === 0
          ? `Every tier has a place in ${mapped.length === 1 ? 'its environment' : `all ${mapped.length}`}`
          : unplaced
              .map(({ tier, environment }) => `${tier} has no place in ${environment}`)
              .join(', ')}
      </p>
    </>
  )
}
