// What is known beyond the definitions themselves: by the server, or by the known.d.ts of a repository.

import type { FieldType } from '../condition/scope.ts'
import type { PlaceKind } from '../schema/application.ts'

/** An application that may be referred to. */
export type KnownApplication = {
  /** Tier → the kinds of place that all of its components can be put in. */
  readonly tiers: Readonly<Record<string, readonly PlaceKind[]>>
  readonly components?: readonly string[]
  readonly processes?: readonly string[]
}

/** A pipeline that may be referred to. */
export type KnownPipeline = {
  /** Its stages in order; `bound` says whether they name their environment. */
  readonly stages?: readonly { readonly name: string; readonly bound: boolean }[]
  readonly parameters?: readonly KnownParameter[]
  /** The applications that it deploys, as `project/name`. */
  readonly deploys?: readonly string[]
}
export type KnownParameter = {
  readonly name: string
  readonly kind: 'duration' | 'share' | 'text'
  readonly required: boolean
  readonly oneOf?: readonly string[] | undefined
}

/** An environment that may be referred to. */
export type KnownEnvironment = {
  readonly tiers: Readonly<Record<string, PlaceKind>>
  /** The applications that it takes, as `project/name`. */
  readonly receives: readonly string[]
  readonly windows?: readonly string[]
  readonly allowSelfApproval?: boolean
}

/** A group with its number of members where the server told it, and with their names where they may be seen. */
export type KnownGroup = { readonly members?: number; readonly people?: readonly string[] }

/**
 * What a check may rely on. What is not given is not checked: without a server only the definitions themselves are.
 * Names of definitions are `project/name`.
 */
export type Known = {
  /** The project that the definitions belong to. */
  readonly project: string
  /** The projects that may be referred to. */
  readonly projects?: readonly string[]
  readonly applications?: Readonly<Record<string, KnownApplication>>
  readonly pipelines?: Readonly<Record<string, KnownPipeline>>
  readonly environments?: Readonly<Record<string, KnownEnvironment>>
  readonly groups?: Readonly<Record<string, KnownGroup>>
  readonly users?: readonly string[]
  readonly secrets?: readonly string[]
  /** Labels and names of agents. */
  readonly agents?: readonly string[]
  /** The types of the facts that are reported to the server. */
  readonly facts?: FieldType
  /** Who applies: an editor does not approve what goes through the definition. */
  readonly editor?: string
}
