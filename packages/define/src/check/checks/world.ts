// The definitions that are checked, together with what is known beyond them.

import { withQuestion, type Finding, type Pointer } from '../mistake/finding.ts'
import { findNearest } from '../mistake/nearest.ts'
import { placesOf, type ApplicationDefinition } from '../schema/application.ts'
import type { Definition } from '../schema/definition.ts'
import type { EnvironmentDefinition } from '../schema/environment.ts'
import type { PipelineDefinition } from '../schema/pipeline.ts'
import { presentReference, type Reference } from '../schema/reference.ts'
import type { Known, KnownApplication, KnownEnvironment, KnownPipeline } from './known.ts'
import { deployedApplications } from './walk.ts'

/** What a reference leads to: the thing, a mistake, or nothing that can be told. */
export type Resolved<T> =
  | { readonly found: T; readonly finding?: undefined }
  | { readonly found?: undefined; readonly finding: Finding }
  | { readonly found?: undefined; readonly finding?: undefined }

type Sorts = {
  application: KnownApplication
  pipeline: KnownPipeline
  environment: KnownEnvironment
}

/** Everything that references of the checked definitions may lead to. */
export class World {
  readonly known: Known
  readonly #own: { readonly [K in keyof Sorts]: Map<string, Sorts[K]> }

  constructor(definitions: readonly Definition[], known: Known) {
    this.known = known
    this.#own = { application: new Map(), pipeline: new Map(), environment: new Map() }
    for (const definition of definitions) {
      const name = this.addressOf(definition)
      if (definition.kind === 'application')
        this.#own.application.set(name, summarizeApplication(definition))
      if (definition.kind === 'environment') {
        this.#own.environment.set(name, summarizeEnvironment(definition, this))
      }
      if (definition.kind === 'pipeline')
        this.#own.pipeline.set(name, summarizePipeline(definition, this))
    }
  }

  /** `project/name`, also for what belongs to one's own project. */
  addressOf(reference: { readonly project?: string | undefined; readonly name: string }): string {
    return `${reference.project ?? this.known.project}/${reference.name}`
  }

  application(reference: Reference, at: Pointer): Resolved<KnownApplication> {
    return this.#resolve('application', reference, at, this.known.applications)
  }

  pipeline(reference: Reference, at: Pointer): Resolved<KnownPipeline> {
    return this.#resolve('pipeline', reference, at, this.known.pipelines)
  }

  environment(reference: Reference, at: Pointer): Resolved<KnownEnvironment> {
    return this.#resolve('environment', reference, at, this.known.environments)
  }

  #resolve<K extends keyof Sorts>(
    kind: K,
    reference: Reference,
    at: Pointer,
    known: Readonly<Record<string, Sorts[K]>> | undefined,
  ): Resolved<Sorts[K]> {
    const { project } = reference
    const { projects } = this.known
    if (
      project !== undefined &&
      project !== this.known.project &&
      projects?.includes(project) === false
    ) {
      return { finding: notGranted(project, projects, at) }
    }
    const address = this.addressOf(reference)
    const found =
      this.#own[kind].get(address) ??
      (known !== undefined && Object.hasOwn(known, address) ? known[address] : undefined)
    if (found !== undefined) return { found }
    if (known === undefined) return {}
    const names = [...this.#own[kind].keys(), ...Object.keys(known)].map((name) =>
      this.#shortened(name),
    )
    return { finding: unknownName(kind, presentReference(reference), names, [...at, 'name']) }
  }

  #shortened(address: string): string {
    const own = `${this.known.project}/`
    return address.startsWith(own) ? address.slice(own.length) : address
  }
}

/** `There is no group "release-manager". Did you mean "release-managers"?` */
export function unknownName(
  thing: string,
  name: string,
  names: Iterable<string>,
  at: Pointer,
): Finding {
  const nearest = findNearest(name, names)
  return {
    code: 'unknown_name',
    at,
    message: withQuestion(`There is no ${thing} "${name}".`, nearest),
    ...(nearest === undefined ? {} : { nearest }),
  }
}

// The same sentence whether the project exists or not: a name that is taken tells nothing.
function notGranted(project: string, projects: readonly string[], at: Pointer): Finding {
  const nearest = findNearest(project, projects)
  return {
    code: 'reference_not_granted',
    at: [...at, 'name'],
    message: withQuestion(
      `There is no project "${project}" that this project may refer to. Its owners can grant that.`,
      nearest,
    ),
    ...(nearest === undefined ? {} : { nearest }),
  }
}

/** Definitions of any projects as what others may refer to, by `project/name`; an alias leads to the same as its name. */
export function summarizeDefinitions(
  definitions: readonly {
    readonly project: string
    readonly definition: Definition
    readonly aliases?: readonly string[]
  }[],
): Required<Pick<Known, 'applications' | 'pipelines' | 'environments'>> {
  const applications: Record<string, KnownApplication> = {}
  const pipelines: Record<string, KnownPipeline> = {}
  const environments: Record<string, KnownEnvironment> = {}
  for (const { project, definition, aliases = [] } of definitions) {
    const world = new World([], { project })
    for (const name of [definition.name, ...aliases]) {
      const address = `${project}/${name}`
      if (definition.kind === 'application')
        applications[address] = summarizeApplication(definition)
      if (definition.kind === 'pipeline') pipelines[address] = summarizePipeline(definition, world)
      if (definition.kind === 'environment')
        environments[address] = summarizeEnvironment(definition, world)
    }
  }
  return { applications, pipelines, environments }
}

function summarizeApplication(application: ApplicationDefinition): KnownApplication {
  const components = application.tiers.flatMap((tier) => tier.components)
  return {
    tiers: Object.fromEntries(application.tiers.map((tier) => [tier.name, placesOf(tier)])),
    components: components.map((component) => component.name),
    processes: Object.keys(application.processes),
  }
}

function summarizeEnvironment(environment: EnvironmentDefinition, world: World): KnownEnvironment {
  return {
    tiers: Object.fromEntries(environment.tiers.map((tier) => [tier.name, tier.kind])),
    receives: environment.receives.map((map) => world.addressOf(map.application)),
    windows: environment.windows.map((window) => window.name),
    allowSelfApproval: environment.allowSelfApproval,
  }
}

function summarizePipeline(pipeline: PipelineDefinition, world: World): KnownPipeline {
  return {
    stages: pipeline.stages.map(({ name, environment }) => ({
      name,
      bound: environment !== undefined,
    })),
    parameters: pipeline.parameters.map((parameter) => ({
      name: parameter.name,
      kind: parameter.kind,
      required: parameter.default === undefined,
      oneOf: parameter.kind === 'text' ? parameter.oneOf : undefined,
    })),
    deploys: [
      ...new Set(
        pipeline.stages.flatMap((stage) =>
          deployedApplications(stage.tasks).map((application) => world.addressOf(application)),
        ),
      ),
    ],
  }
}
