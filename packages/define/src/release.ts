import { referenceTo, type Application, type Environment, type Pipeline } from './definition.ts'
import type { Approver } from './people.ts'
import { placed } from './place.ts'
import { present, typed, type AtLeastOne, type Branded } from './value.ts'

/** An application that a release collects. */
export interface Collected extends Branded<'collected'> {}

/** The newest snapshot of the application that passed this pipeline, of these versions. */
export function collect(
  of: Application,
  // oxlint-disable-next-line typescript/no-explicit-any -- any pipeline, whatever its stages
  settings: { from: Pipeline<any, any>; versions?: string },
): Collected {
  const { from, versions } = settings
  return typed(
    placed(
      present({ kind: 'collect', application: referenceTo(of), from: referenceTo(from), versions }),
      collect,
    ),
  )
}

/** A planned delivery of several applications together. */
export interface Release extends Branded<'release'> {
  readonly name: string
}

/** Define a release: what it collects, through which pipeline it goes, into which environments, and when. */
export function defineRelease<S extends string, Open extends string>(
  name: string,
  body: {
    title?: string
    purpose?: string
    renamedFrom?: string
    owner: Approver
    pipeline: Pipeline<S, Open>
    applications: AtLeastOne<Collected>
    /** Stage → environment, for every stage that the pipeline leaves open. */
    environments: { readonly [K in NoInfer<Open>]: Environment }
    /** Stage → date, or time with its zone. */
    planned?: { readonly [K in NoInfer<S>]?: string }
  },
): Release {
  const { pipeline, environments, ...rest } = body
  return typed(
    placed(
      present({
        kind: 'release',
        name,
        ...rest,
        pipeline: referenceTo(pipeline),
        environments: Object.fromEntries(
          Object.entries<Environment>(environments).map(([stage, environment]) => [
            stage,
            referenceTo(environment),
          ]),
        ),
      }),
      defineRelease,
    ),
  )
}
