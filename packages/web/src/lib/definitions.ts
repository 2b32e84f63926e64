// What teams have defined, as screens read it.

import { queryOptions, skipToken } from '@tanstack/react-query'
import type { Definition as DefinitionSchema } from '@lockstep/contract'
import type {
  ApplicationDefinition,
  EnvironmentDefinition,
  PipelineDefinition,
  ReleaseDefinition,
} from '@lockstep/define/check'
import type * as z from 'zod/mini'
import { api } from './api.ts'
import { readAll } from './read-all.ts'

interface Bodies {
  readonly application: ApplicationDefinition
  readonly environment: EnvironmentDefinition
  readonly pipeline: PipelineDefinition
  readonly release: ReleaseDefinition
}

/** A definition in its newest revision. */
export type Defined<Kind extends keyof Bodies> = Omit<z.output<typeof DefinitionSchema>, 'body'> & {
  readonly body: Bodies[Kind]
}

/** All definitions of a kind that I may see. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of a query is made of its parts
export function definitionsQuery<Kind extends keyof Bodies>(kind: Kind) {
  return queryOptions({
    queryKey: ['definitions', kind],
    queryFn: async () => {
      const found = await readAll((page) => api.listDefinitions({ ...page, kind }))
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server has checked the body against this very schema
      return found as unknown as readonly Defined<Kind>[]
    },
    meta: { touchedBy: ({ kind: touched }) => touched === 'definition' },
  })
}

/** A definition of this kind in one revision; null: nothing is asked. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- see above
export function revisionQuery<Kind extends keyof Bodies>(
  { id: definition }: Pick<Defined<Kind>, 'id'> & { readonly body: Bodies[Kind] },
  revision: number | null,
) {
  return queryOptions({
    queryKey: ['definition', definition, revision],
    // A revision never changes.
    staleTime: Infinity,
    queryFn:
      revision === null
        ? skipToken
        : async () => {
            const found = await api.showDefinition({ definition, revision })
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
            return found as unknown as Defined<Kind>
          },
  })
}
