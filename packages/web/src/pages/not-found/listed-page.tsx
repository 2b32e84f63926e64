import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { parseThingPart } from '../../lib/address.ts'
import { FoundPage } from './found-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'

interface ListedPageProps<Thing> {
  /** What is looked for: "pipeline". */
  readonly noun: string
  /** As the address names it. */
  readonly part: string
  /** All that there are. */
  readonly query: UseQueryResult<readonly Thing[]>
  /** Where all are listed. */
  readonly list: { readonly label: string; readonly to: string }
  readonly children: (thing: Thing) => ReactElement
}

/** The page of a thing that an address names, out of a list of all such things. */
export function ListedPage<Thing extends { readonly project: string; readonly name: string }>({
  noun,
  part,
  query,
  list,
  children,
}: ListedPageProps<Thing>): ReactElement {
  const named = parseThingPart(part)
  const thing = query.data?.find(
    ({ project, name }) => project === named?.project && name === named.name,
  )
  return (
    <FoundPage
      noun={noun}
      query={query}
      thing={query.data === undefined ? undefined : (thing ?? null)}
      trail={[list]}
      missing={
        <NotFoundPage
          title={`There is no ${noun} “${named?.name ?? part}”`}
          list={{ to: list.to, label: `All ${noun}s` }}
        />
      }
    >
      {children}
    </FoundPage>
  )
}
