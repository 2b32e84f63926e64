import { useQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { inventoryQuery } from '../../lib/inventory.ts'
import { TabLink, TabLinks } from '../../ui/tabs.tsx'

/** The ways of looking at all environments, with what belongs to the one that is open. */
export function PlacesBar({ children }: { readonly children?: ReactNode }): ReactElement {
  const { data } = useQuery(inventoryQuery())
  const drifted = new Set(
    data?.items.filter(({ drift }) => drift).map((row) => `${row.environment} ${row.resource}`),
  ).size
  return (
    <div className="-mx-4 -mt-4 mb-4 flex flex-wrap items-end justify-between gap-x-6 border-b border-line bg-surface px-4 drawer:-mx-6 drawer:-mt-5 drawer:px-5">
      <TabLinks label="Environments">
        <TabLink to="/environments">Matrix</TabLink>
        <TabLink
          to="/environments/drift"
          {...(drifted > 0 && {
            count: <span className="font-heading text-drift">{drifted}</span>,
          })}
        >
          Drift
        </TabLink>
        <TabLink to="/environments/compare">Compare</TabLink>
      </TabLinks>
      {children !== undefined && <div className="py-1.5 max-drawer:w-full">{children}</div>}
    </div>
  )
}
