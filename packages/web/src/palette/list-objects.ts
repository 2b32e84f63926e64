// What can be gone to by name: every thing that the reader may see, as the palette lists it.

import type { PageAddress } from '../layout/screen-link.tsx'
import { thingPart } from '../lib/address.ts'

interface Named {
  readonly project: string
  readonly name: string
}

/** What was read so far; what is missing is not there yet, or not to be seen. */
export interface Objects {
  readonly applications: readonly (Named & { readonly body: { readonly title: string } })[]
  readonly environments: readonly (Named & { readonly title: string })[]
  readonly pipelines: readonly (Named & { readonly body: { readonly title: string } })[]
  readonly releases: readonly (Named & { readonly title: string; readonly state: string })[]
  readonly runs: readonly {
    readonly id: string
    readonly title: string
    readonly address: string
    readonly number: number
    readonly state: string
    readonly project: string
    readonly release: string | null
  }[]
  readonly snapshots: readonly {
    readonly application: string
    readonly version: string
    readonly digest: string
  }[]
  readonly agents: readonly { readonly id: string; readonly name: string; readonly state: string }[]
  readonly people: readonly { readonly name: string; readonly title: string }[]
}

export const OBJECT_KINDS = [
  'application',
  'environment',
  'release',
  'pipeline',
  'run',
  'snapshot',
  'agent',
  'person',
] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

export interface ListedObject {
  readonly kind: ObjectKind
  readonly label: string
  readonly detail: string
  readonly to: PageAddress
  readonly params: Readonly<Record<string, string>>
  readonly search: Readonly<Record<string, string>>
}

/** Everything as something to go to; addresses are those of `PAGE_ADDRESSES`. */
export function listObjects(objects: Objects): readonly ListedObject[] {
  return [
    ...objects.applications.map((one) =>
      object('application', one.name, `application, ${one.body.title}`, '/apps/$app/model', {
        app: thingPart(one),
      }),
    ),
    ...objects.environments.map((one) =>
      object(
        'environment',
        one.title,
        `environment ${one.project}/${one.name}`,
        '/environments/$environment',
        { environment: thingPart(one) },
      ),
    ),
    ...objects.releases.map((one) =>
      object(
        'release',
        one.title,
        `release ${one.project}/${one.name}, ${one.state}`,
        '/releases/$release',
        {
          release: thingPart(one),
        },
      ),
    ),
    ...objects.pipelines.map((one) =>
      object(
        'pipeline',
        one.body.title,
        `pipeline ${one.project}/${one.name}`,
        '/pipelines/$pipeline',
        {
          pipeline: thingPart(one),
        },
      ),
    ),
    ...objects.runs.map((one) => {
      const of = one.release
      return of === null
        ? object('run', `${one.title} #${one.number}`, `run, ${one.state}`, '/runs/$run', {
            run: one.id,
          })
        : object(
            'run',
            `${one.title} #${one.number}`,
            `run of a release, ${one.state}`,
            '/releases/$release/runs/$run',
            {
              release: thingPart({ project: one.project, name: shortOf(of) }),
              run: String(one.number),
            },
          )
    }),
    ...objects.snapshots.map((one) => {
      const [project = '', name = ''] = one.application.split('/')
      return object(
        'snapshot',
        `${name} ${one.version}`,
        `snapshot, ${one.digest.slice(0, 14)}`,
        '/apps/$app/snapshots',
        { app: thingPart({ project, name }) },
        { snapshot: one.version },
      )
    }),
    ...objects.agents.map((one) =>
      object('agent', one.name, `agent, ${one.state.replace('_', ' ')}`, '/agents/$agent', {
        agent: one.id,
      }),
    ),
    ...objects.people.map((one) =>
      object(
        'person',
        one.title,
        `person, ${one.name}`,
        '/settings/$',
        { _splat: 'people' },
        {
          q: one.name,
        },
      ),
    ),
  ]
}

// oxlint-disable-next-line eslint/max-params -- a row of a table reads best as one
function object(
  kind: ObjectKind,
  label: string,
  detail: string,
  to: PageAddress,
  params: Readonly<Record<string, string>>,
  search: Readonly<Record<string, string>> = {},
): ListedObject {
  return { kind, label, detail, to, params, search }
}

function shortOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1)
}
