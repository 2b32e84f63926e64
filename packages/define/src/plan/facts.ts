// What planning needs to know beside the definitions. All of it is read before, so that planning itself reads nothing.

import type { Digest, EnvironmentId, GroupId, UserId } from '@lockstep/domain'

import { type ApplicationDefinition } from '../check/schema/application.ts'
import { type EnvironmentDefinition } from '../check/schema/environment.ts'
import { type PipelineDefinition } from '../check/schema/pipeline.ts'
import { type ReleaseDefinition } from '../check/schema/release.ts'

/** A definition as it stands in the store: which revision, by which digest, and who made it. */
export interface Revised<Definition> {
  readonly project: string
  readonly revision: number
  readonly digest: Digest
  readonly editor: string
  readonly definition: Definition
}

/** A commit that work is done on. */
export interface Source {
  readonly repository: string
  readonly url: string
  readonly branch: string
  readonly commit: string
}

/** A snapshot that a run brings, and the address of the run in which it passed before. */
export interface KnownSnapshot {
  readonly digest: Digest
  readonly version: string
  readonly passed: string | null
}

/** Everything outside the pipeline's own definition. Maps are by `project/name`. */
export interface RunFacts {
  /** Project that the run belongs to: names without a project are looked up in the project of their definition. */
  readonly release: Revised<ReleaseDefinition> | null
  readonly environments: ReadonlyMap<
    string,
    Revised<EnvironmentDefinition> & { readonly id: EnvironmentId }
  >
  readonly applications: ReadonlyMap<string, Revised<ApplicationDefinition>>
  readonly groups: ReadonlyMap<string, { readonly id: GroupId; readonly members: number }>
  readonly users: ReadonlyMap<string, { readonly id: UserId }>
  /** Repositories of the project by name, with the newest commit of their main branch. */
  readonly repositories: ReadonlyMap<string, Source>
  /** The commit that the run is for; null for a release. */
  readonly source: Source | null
  readonly snapshots: ReadonlyMap<string, KnownSnapshot>
  /** Snapshots that tasks name by their version, by `project/name version`. */
  readonly versions: ReadonlyMap<string, Digest>
  /** Plans of the pipelines that tasks run, and the environments that they change, by the key of the task: `stage/task`. */
  readonly nested: ReadonlyMap<string, NestedPlan>
}

/** The plan of a pipeline that a task runs. */
export interface NestedPlan {
  readonly plan: Digest
  readonly environments: readonly EnvironmentId[]
}

/** Why a plan cannot be made: the place in the definition, and a sentence that says what would help. */
export interface PlanRefusal {
  readonly code: string
  readonly where: string
  readonly message: string
}

/** `project/name` of a reference made in a definition of `project`. */
export function fullName(
  reference: { readonly project?: string | undefined; readonly name: string },
  project: string,
): string {
  return `${reference.project ?? project}/${reference.name}`
}

export type Pipeline = Revised<PipelineDefinition>
