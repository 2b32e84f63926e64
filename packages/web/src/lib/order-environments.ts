// The order in which a version goes through environments, read from the pipelines and releases that take it there.

import type { Defined } from './definitions.ts'

type Pipeline = Pick<Defined<'pipeline'>, 'project' | 'name' | 'body'>
type Release = Pick<Defined<'release'>, 'project' | 'body'>

/**
 * Names of environments in the order of delivery: what a pipeline reaches first comes first, and what a release reaches comes
 * after what its teams' pipelines reach. Ways that contradict each other keep the order given.
 */
export function orderEnvironments(
  names: readonly string[],
  pipelines: readonly Pipeline[],
  releases: readonly Release[],
): readonly string[] {
  const before = new Map(names.map((name) => [name, new Set<string>()]))
  for (const way of waysOf(pipelines, releases)) {
    way.forEach((name, at) => {
      for (const earlier of way.slice(0, at)) if (earlier !== name) before.get(name)?.add(earlier)
    })
  }
  const ordered: string[] = []
  const left = new Set(names)
  while (left.size > 0) {
    const next =
      [...left].find((name) => ![...(before.get(name) ?? [])].some((one) => left.has(one))) ??
      [...left][0]
    if (next === undefined) break
    ordered.push(next)
    left.delete(next)
  }
  return ordered
}

function waysOf(
  pipelines: readonly Pipeline[],
  releases: readonly Release[],
): readonly (readonly string[])[] {
  const byAddress = new Map(
    pipelines.map((pipeline) => [`${pipeline.project}/${pipeline.name}`, pipeline.body]),
  )
  const reached = (
    stages: Pipeline['body']['stages'],
    open: Release['body']['environments'] = {},
  ) => stages.flatMap((stage) => (stage.environment ?? open[stage.name])?.name ?? [])
  const pipelineAt = (project: string, reference: { project?: string | undefined; name: string }) =>
    byAddress.get(`${reference.project ?? project}/${reference.name}`)?.stages ?? []
  return [
    ...pipelines.map(({ body }) => reached(body.stages)),
    ...releases.flatMap(({ project, body }) => {
      const way = reached(pipelineAt(project, body.pipeline), body.environments)
      return body.applications.map(({ from }) => [...reached(pipelineAt(project, from)), ...way])
    }),
  ]
}
