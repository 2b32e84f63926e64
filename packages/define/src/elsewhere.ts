// Definitions of other repositories, by name.

import type { Application, Pipeline } from './definition.ts'
import type { KnownName, TiersOf } from './known.ts'
import { placed } from './place.ts'
import { typed } from './value.ts'

/** An application of another repository, by `project/name`; the project may be left out when it is one's own. */
export function application<const N extends KnownName<'applications'>>(
  name: N,
  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- only the default while nothing is known
): Application<N, TiersOf<N>> {
  return typed(placed(parseReference(name), application))
}

/** A pipeline of another repository, by `project/name`. */
export function pipeline(name: KnownName<'pipelines'>): Pipeline<never, never> {
  return typed(placed(parseReference(name), pipeline))
}

function parseReference(text: string): { project?: string; name: string } {
  const slash = text.indexOf('/')
  if (slash === -1) return { name: text }
  return { project: text.slice(0, slash), name: text.slice(slash + 1) }
}
