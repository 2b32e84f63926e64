import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { shortName } from '../../lib/address.ts'
import { inventoryQuery } from '../../lib/inventory.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { useBroughtSnapshots } from './brought-snapshots.ts'
import { standOfStage } from './run-layout.ts'
import { pathOf, placesOf, type PathCell, type PathRow } from './run-path.ts'
import type { RunTabProps } from './run-tabs.tsx'

/** Which version of each component is in which stage. */
export function RunPath({ run }: RunTabProps): ReactElement {
  const inventory = useQuery(inventoryQuery())
  const snapshots = useBroughtSnapshots(run)
  const places = placesOf(run)
  const known = snapshots.filter((one) => one !== null && one !== undefined)
  return (
    <Part what="What runs where" query={inventory}>
      {({ items }) => (
        <Card>
          {known.length === 0 || places.length === 0 ? (
            <Empty title="Nothing is delivered here yet">
              Once the run has snapshots and goes to an environment, this shows which version of
              each component is in which stage.
            </Empty>
          ) : (
            <SideScroll label="Versions by stage">
              <table className="w-full border-collapse text-left">
                <thead>
                  <tr className="border-b border-line">
                    <th
                      scope="col"
                      className="sticky left-0 h-11 bg-surface px-3.5 text-12 font-name text-ink-3"
                    >
                      Component
                    </th>
                    <th scope="col" className="px-3.5 text-12 font-name text-ink-3">
                      This run brings
                    </th>
                    {places.map(({ stage, environment }) => (
                      <th key={stage.name} scope="col" className="px-3.5 whitespace-nowrap">
                        <span className="flex items-center gap-1.5 text-13">
                          <StateGlyph state={standOfStage(stage).state} size={14} />
                          {stage.title}
                        </span>
                        {environment !== stage.title.toLowerCase() && (
                          <span className="text-12 font-normal text-ink-3">{environment}</span>
                        )}
                      </th>
                    ))}
                  </tr>
                </thead>
                {known.map((snapshot) => (
                  <tbody key={snapshot.digest}>
                    <tr className="border-b border-line bg-sunken">
                      <th
                        scope="rowgroup"
                        colSpan={places.length + 2}
                        className="h-9 px-3.5 font-name"
                      >
                        <span className="sticky left-3.5 inline-flex items-center gap-2 align-middle">
                          <ApplicationIcon application={snapshot.application} />
                          {shortName(snapshot.application)}
                        </span>
                      </th>
                    </tr>
                    {pathOf(run, snapshot, items).map((row) => (
                      <ComponentRow key={row.component} row={row} />
                    ))}
                  </tbody>
                ))}
              </table>
            </SideScroll>
          )}
        </Card>
      )}
    </Part>
  )
}

function ComponentRow({ row }: { readonly row: PathRow }): ReactElement {
  return (
    <tr className="h-9 border-b border-line last:border-0">
      <th scope="row" className="sticky left-0 bg-surface px-3.5 font-normal whitespace-nowrap">
        {row.component}
      </th>
      <td className="px-3.5 whitespace-nowrap">
        <VersionChip version={row.version} look="to" />{' '}
        <span className="font-mono text-11 text-ink-3" title={row.digest}>
          {row.digest.slice(7, 15)}
        </span>
      </td>
      {row.cells.map((cell, at) => (
        <td key={at} className="px-3.5 whitespace-nowrap">
          <Cell cell={cell} />
        </td>
      ))}
    </tr>
  )
}

function Cell({ cell }: { readonly cell: PathCell }): ReactElement {
  const { versions, state, says } = cell
  return (
    <span className="flex items-center gap-1.5" title={says}>
      {state !== 'not_started' && <StateGlyph state={state} size={14} isDecoration />}
      {versions.length === 0 ? (
        <span className="text-ink-3">–</span>
      ) : (
        versions.map((version) => <VersionChip key={version} version={version} />)
      )}
      <span className={state === 'passed' ? 'sr-only' : 'text-12 text-ink-3'}>
        {versions.length === 0 ? <span className="sr-only">{says}</span> : says}
      </span>
    </span>
  )
}
