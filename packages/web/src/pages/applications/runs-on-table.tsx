import type { ReactElement } from 'react'
import type { Defined } from '../../lib/definitions.ts'
import { Select } from '../../ui/select.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { fitsIn } from './map-draft.ts'
import { listUnplaced, type MappedEnvironment } from './tier-map.ts'

interface RunsOnTableProps {
  /** What it is called, for people who do not see it. */
  readonly label: string
  readonly application: Defined<'application'>
  readonly mapped: readonly MappedEnvironment[]
  readonly shown: MappedEnvironment | undefined
  /** In a panel, where there is little room. */
  readonly isNarrow?: boolean
  /** Places of the shown environment can be chosen. */
  readonly onMap?: ((tier: string, place: string) => void) | undefined
}

/** The whole tier map as a table, and whether every tier has a place. */
export function RunsOnTable({
  label,
  application,
  mapped,
  shown,
  isNarrow = false,
  onMap,
}: RunsOnTableProps): ReactElement {
  const [first, cell] = isNarrow ? ['pr-1.5 pl-4', 'px-1.5 last:pr-4'] : ['px-3.5', 'px-3']
  const unplaced = listUnplaced(application, mapped)
  return (
    <>
      <SideScroll label={label}>
        <table className="w-full border-separate border-spacing-0 text-left text-12">
          <thead>
            <tr>
              <th scope="col" className={`h-8 font-normal text-ink-3 ${first}`}>
                Tier
              </th>
              {mapped.map(({ address, title }) => (
                <th
                  key={address}
                  scope="col"
                  className={`whitespace-nowrap ${cell} ${address === shown?.address ? 'bg-accent-tint font-heading' : 'font-normal text-ink-2'}`}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {application.body.tiers.map((tier) => (
              <tr key={tier.name}>
                <th
                  scope="row"
                  className={`h-8 border-t border-line font-normal text-ink-2 ${first}`}
                >
                  {tier.name}
                </th>
                {mapped.map(({ address, places }) => (
                  <td
                    key={address}
                    className={`border-t border-line whitespace-nowrap ${cell} ${address === shown?.address ? 'bg-accent-tint' : ''}`}
                  >
                    {onMap !== undefined && shown?.address === address ? (
                      <PlaceChoice tier={tier} shown={shown} onMap={onMap} />
                    ) : (
                      (places.get(tier.name) ?? <span className="text-fail">no place</span>)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      <p
        className={`flex items-center gap-2 border-t border-line py-2 text-12 ${isNarrow ? 'px-4' : 'px-3.5'} ${unplaced.length === 0 ? 'text-ok' : 'text-fail'}`}
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

/** Where a tier goes in the shown environment; places that it cannot be put in are not offered. */
export function PlaceChoice({
  tier,
  shown,
  onMap,
  isLabelHidden = true,
}: {
  readonly tier: Defined<'application'>['body']['tiers'][number]
  readonly shown: MappedEnvironment
  readonly onMap: (tier: string, place: string) => void
  readonly isLabelHidden?: boolean
}): ReactElement {
  const place = shown.places.get(tier.name) ?? ''
  const options = shown.environment.body.tiers
    .filter((one) => one.name === place || fitsIn(tier, one))
    .map(({ name }) => ({ value: name, label: name }))
  return (
    <Select
      label={`Place of ${tier.name} in ${shown.title}`}
      isLabelHidden={isLabelHidden}
      className="my-0.5 min-w-20"
      value={place}
      options={place === '' ? [{ value: '', label: 'no place' }, ...options] : options}
      onChange={(to) => to !== '' && onMap(tier.name, to)}
    />
  )
}
