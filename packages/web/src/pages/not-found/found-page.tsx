import { Refused } from '@lockstep/client'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { Page, type Crumb } from '../../layout/page.tsx'
import { Part } from '../../ui/part.tsx'

interface FoundPageProps<Thing> {
  /** What is looked for: "gate". */
  readonly noun: string
  /** What is read to find it. */
  readonly query: UseQueryResult
  /** undefined: not read yet; null: there is none. */
  readonly thing: Thing | null | undefined
  readonly trail?: readonly Crumb[]
  /** A `NotFoundPage`. */
  readonly missing: ReactElement
  readonly children: (thing: Thing) => ReactElement
}

/** The page of a thing that an address names, while it is read, when that fails, and when there is no such thing. */
export function FoundPage<Thing>({
  noun,
  query,
  thing,
  trail = [],
  missing,
  children,
}: FoundPageProps<Thing>): ReactElement {
  const { error } = query
  if (thing === null) return missing
  if (thing !== undefined) return children(thing)
  if (error instanceof Refused && error.status === 404) return missing
  return (
    <Page title={`${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}`} trail={trail}>
      <Part what={`The ${noun}`} query={query}>
        {() => null}
      </Part>
    </Page>
  )
}
