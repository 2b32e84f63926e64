// The one predicate of access: the server decides with it, screens grey out with it.

import type { EnvironmentId, ProjectId } from '../kernel/id.ts'
import { NEVER_BY_TOKEN, type Permission } from './permission.ts'
import { ROLE_PERMISSIONS, type Role } from './role.ts'

/** A place in the tree system ▸ project ▸ environment: what a grant is given on, and where a thing lives. */
export type Place =
  | { readonly on: 'system' }
  | { readonly on: 'project'; readonly project: ProjectId }
  | { readonly on: 'environment'; readonly project: ProjectId; readonly environment: EnvironmentId }

export interface Grant {
  readonly role: Role
  readonly place: Place
}

/** What a token may at most, beside what its owner may. `project` null: wherever its owner may. */
export interface TokenLimit {
  readonly permissions: readonly Permission[]
  readonly project: ProjectId | null
  /** An environment of the project, and nothing else of it. */
  readonly environment: EnvironmentId | null
}

/** Who asks, as far as access cares: the grants of a person or service account, and the limits of the tokens in between. */
export interface Rights {
  readonly grants: readonly Grant[]
  readonly token: TokenLimit | null
}

export type Decision =
  | { readonly allowed: true }
  /** `unseen`: may not even know that the thing exists; the edge says 404. `forbidden`: sees it and may not. */
  | { readonly allowed: false; readonly why: 'unseen' | 'forbidden' | 'token_cannot' }

/** Whether everything at `inner` is also at `outer`. */
export function contains(outer: Place, inner: Place): boolean {
  if (outer.on === 'system') return true
  if (inner.on === 'system' || inner.project !== outer.project) return false
  if (outer.on === 'project') return true
  return inner.on === 'environment' && inner.environment === outer.environment
}

/**
 * Whether these rights include the permission at this place. Counts the union of the grants whose place contains it, nothing else.
 * A token has what its owner has now and what it was limited to, and never what needs a person.
 */
export function can(rights: Rights, permission: Permission, place: Place): Decision {
  const { token } = rights
  const roles = rolesAt(rights, place)
  if (roles.length === 0)
    return { allowed: false, why: place.on === 'system' ? 'forbidden' : 'unseen' }
  if (!roles.some((role) => ROLE_PERMISSIONS[role].includes(permission))) {
    return {
      allowed: false,
      why: roles.some(sees) || place.on === 'system' ? 'forbidden' : 'unseen',
    }
  }
  if (token === null) return { allowed: true }
  if (NEVER_BY_TOKEN.includes(permission)) return { allowed: false, why: 'token_cannot' }
  return token.permissions.includes(permission)
    ? { allowed: true }
    : { allowed: false, why: 'forbidden' }
}

/** What somebody who is to decide at a gate has too little of. */
export type VoiceLack =
  | 'approver_role'
  /** They hold the role for the environment alone, and it shows nothing of the project that the gate is in. */
  | 'sight_of_project'
  /** Their password was chosen by a link that somebody else has made, who may be the one who chose it. */
  | 'new_password'

/**
 * What these roles lack for deciding at the gates of a project that stand at this environment; undefined: nothing. The role is held on
 * the system, the project or the environment, and whoever does not see the project decides nothing in it. That a gate names them is
 * asked apart from it.
 */
export function findVoiceLack(
  grants: readonly Grant[],
  project: Place,
  environment: EnvironmentId | null,
): Exclude<VoiceLack, 'new_password'> | undefined {
  const rights = { grants, token: null }
  const isHeldThere = ({ role, place }: Grant): boolean =>
    ROLE_PERMISSIONS[role].includes('gate.approve') &&
    place.on === 'environment' &&
    place.environment === environment
  if (!can(rights, 'gate.approve', project).allowed && !grants.some(isHeldThere)) {
    return 'approver_role'
  }
  return can(rights, 'gate.read', project).allowed ? undefined : 'sight_of_project'
}

/** Whether these roles let somebody pass the gates of a project by: they hold the permission for it, and see what a gate lets through. */
export function mayOverride(grants: readonly Grant[], project: Place): boolean {
  const rights = { grants, token: null }
  return can(rights, 'gate.override', project).allowed && can(rights, 'gate.read', project).allowed
}

/** Where these rights include the permission: everywhere, or in these projects and environments. */
export type Reach =
  | { readonly everywhere: true }
  | {
      readonly everywhere: false
      readonly projects: readonly ProjectId[]
      readonly environments: readonly EnvironmentId[]
    }

/** The places in which a list under this permission may look. The same answer as asking `can` for each thing. */
export function reach(rights: Rights, permission: Permission): Reach {
  const places = rights.grants
    .map((grant) => grant.place)
    .flatMap((place) => narrowed(place, rights.token))
    .filter((place) => can(rights, permission, place).allowed)
  if (places.some((place) => place.on === 'system')) return { everywhere: true }
  const projects = new Set<ProjectId>()
  const environments = new Set<EnvironmentId>()
  for (const place of places) {
    if (place.on === 'project') projects.add(place.project)
    if (place.on === 'environment') environments.add(place.environment)
  }
  return { everywhere: false, projects: [...projects], environments: [...environments] }
}

/** Whether there is any place in it. */
export function reachesAnything(where: Reach): boolean {
  return where.everywhere || where.projects.length + where.environments.length > 0
}

/** The roles that count at a place. A token for one project or environment has none outside of it. */
function rolesAt({ grants, token }: Rights, place: Place): readonly Role[] {
  const home = homeOf(token)
  if (home !== undefined && !contains(home, place)) return []
  return grants.filter((grant) => contains(grant.place, place)).map((grant) => grant.role)
}

function sees(role: Role): boolean {
  return ROLE_PERMISSIONS[role].includes('project.read')
}

/** Where a token is limited to; undefined: wherever its owner may. */
function homeOf(token: TokenLimit | null): Place | undefined {
  if (token === null || token.project === null) return undefined
  const { project, environment } = token
  return environment === null
    ? { on: 'project', project }
    : { on: 'environment', project, environment }
}

/** A grant's place as a token with a limit sees it. */
function narrowed(place: Place, token: TokenLimit | null): readonly Place[] {
  const home = homeOf(token)
  if (home === undefined) return [place]
  if (contains(place, home)) return [home]
  return contains(home, place) ? [place] : []
}
