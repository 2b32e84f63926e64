import { queryOptions, useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { ScreenLink, useHasScreen } from '../../layout/screen-link.tsx'
import { shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { TitledCard } from '../../ui/card.tsx'
import { counted } from '../../ui/counted.ts'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { SideScroll } from '../../ui/side-scroll.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import {
  shortenSummary,
  summariseInventory,
  type InventoryCell,
  type ShortSummary,
} from './summarise-inventory.ts'

const inventoryQuery = queryOptions({
  queryKey: ['inventory', 'all'],
  queryFn: () => api.showInventory(),
  meta: { touchedBy: ({ kind }) => kind === 'process_run' || kind === 'step_run' },
})

/** So much has room beside the rest of Home; the page of environments has all. */
const MOST = { applications: 12, environments: 8 }

/** Which version of each application runs in each environment. */
export function WhatRunsWhere(): ReactElement {
  const query = useQuery(inventoryQuery)
  const hasScreen = useHasScreen('/environments')
  return (
    <TitledCard
      title="What runs where"
      aside={
        hasScreen && (
          <ScreenLink to="/environments" className="flex items-center gap-1.5 hover:text-ink">
            All environments <ArrowRight size={13} aria-hidden />
          </ScreenLink>
        )
      }
    >
      <Part what="Inventory" query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is deployed yet">
              What each environment runs is shown here, as agents have read it again.
            </Empty>
          ) : (
            <Matrix summary={shortenSummary(summariseInventory(items), MOST)} />
          )
        }
      </Part>
    </TitledCard>
  )
}

function Matrix({ summary }: { readonly summary: ShortSummary }): ReactElement {
  const { moreApplications, moreEnvironments } = summary
  const more = [
    ...(moreApplications > 0 ? [counted(moreApplications, 'more application')] : []),
    ...(moreEnvironments > 0 ? [counted(moreEnvironments, 'more environment')] : []),
  ]
  return (
    <>
      <SideScroll label="Versions" className="px-2 pt-2 pb-3">
        <table className="w-full border-separate border-spacing-1 text-left">
          <thead>
            <tr className="text-12 text-ink-3">
              <th scope="col" className="w-6">
                <span className="sr-only">Application</span>
              </th>
              {summary.environments.map(({ id, title }) => (
                <th key={id} scope="col" className="px-1.5 font-normal whitespace-nowrap">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {summary.applications.map(({ application, cells }) => (
              <tr key={application}>
                <th scope="row" className="align-top">
                  <ApplicationIcon application={application} />
                  <span className="sr-only">{shortName(application)}</span>
                </th>
                {cells.map((cell, at) => (
                  <td key={summary.environments[at]?.id ?? at} className="align-top">
                    <Cell cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      {more.length > 0 && (
        <p className="px-3.5 pb-3 text-12 text-ink-3">
          And {more.join(' and ')}. What has drifted, is unknown or moves is shown first.
        </p>
      )}
    </>
  )
}

function Cell({ cell }: { readonly cell: InventoryCell | undefined }): ReactElement {
  if (cell === undefined) return <span className="text-ink-4">–</span>
  const [version = 'nothing', ...others] = cell.versions
  const tint = cell.isDrifted
    ? 'bg-drift-tint border-drift-line text-drift'
    : cell.isUnknown
      ? 'bg-wait-tint border-wait-line text-wait'
      : cell.isMoving
        ? 'bg-run-tint border-run-line text-run'
        : 'bg-hover border-transparent'
  return (
    <span
      className={`flex min-h-6 items-center gap-1 rounded-1 border px-1 font-mono text-11 ${tint}`}
      title={[version, ...others].join(', ')}
    >
      {cell.isDrifted && <StateGlyph state="drifted" size={12} />}
      {!cell.isDrifted && cell.isUnknown && <StateGlyph state="unknown" size={12} />}
      {!cell.isDrifted && !cell.isUnknown && cell.isMoving && (
        <StateGlyph state="running" size={12} />
      )}
      {version}
      {others.length > 0 && <span className="font-sans text-11">+{others.length}</span>}
    </span>
  )
}
