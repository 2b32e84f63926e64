// Small definitions to apply: one application of one component, a place for it, its pipeline, a release of it.

import type { Answered, Caller, TestApi } from './api.ts'

type Json = Record<string, unknown>

/** An application of one component that is a program on hosts. */
export function application(name: string, more: Json = {}): Json {
  return {
    kind: 'application',
    name,
    tiers: [
      {
        kind: 'tier',
        name: 'edge',
        components: [
          {
            kind: 'component',
            name: `${name}-api`,
            hosts: { deploy: [{ kind: 'artifact', name: 'place', into: '/opt/api' }] },
          },
        ],
      },
    ],
    ...more,
  }
}

/** A place that takes the application; `of` is the project of the application when it is another. */
export function environment(name: string, takes: string, more: Json & { of?: string } = {}): Json {
  const { of, ...rest } = more
  return {
    kind: 'environment',
    name,
    tiers: [{ kind: 'hosts', name: 'machines', label: 'edge' }],
    receives: [
      {
        kind: 'tier_map',
        application: of === undefined ? { name: takes } : { project: of, name: takes },
        map: { edge: 'machines' },
      },
    ],
    ...rest,
  }
}

/** A pipeline that deploys the application in one stage; the environment is left open when none is given. */
export function pipeline(
  name: string,
  deploys: string,
  more: Json & { of?: string; environment?: string; exit?: unknown[] } = {},
): Json {
  const { of, environment: place, exit = [], ...rest } = more
  return {
    kind: 'pipeline',
    name,
    stages: [
      {
        kind: 'stage',
        name: 'go',
        ...(place === undefined ? {} : { environment: { name: place } }),
        tasks: [
          {
            kind: 'deploy',
            application: of === undefined ? { name: deploys } : { project: of, name: deploys },
          },
        ],
        exit,
      },
    ],
    ...rest,
  }
}

/** A release that collects one application from the pipeline of its name. */
export function release(name: string, input: { collects: string; goes: string; to: string }): Json {
  return {
    kind: 'release',
    name,
    owner: { group: 'managers' },
    pipeline: { name: input.goes },
    applications: [
      {
        kind: 'collect',
        application: { name: input.collects },
        from: { name: input.collects },
        versions: '2.x',
      },
    ],
    environments: { go: { name: input.to } },
  }
}

/** Applies as a source of a project, with what else the request says. */
export async function apply(
  server: TestApi,
  as: Caller,
  input: { project: string; source: string; definitions: readonly Json[] } & Json,
): Promise<Answered> {
  const { definitions, ...rest } = input
  return server.call('POST', '/v1/definitions/apply', {
    as,
    body: { ...rest, definitions: definitions.map((definition) => ({ definition })) },
  })
}
