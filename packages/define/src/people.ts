import type { KnownName } from './known.ts'
import { placed } from './place.ts'
import { typed, type Branded } from './value.ts'

/** A group of people. */
export interface Group extends Branded<'group'> {
  readonly name: string
}
/** One person. */
export interface User extends Branded<'user'> {
  readonly name: string
}
/** Who may decide. */
export type Approver = Group | User

/** A group of people, by the name that it has on the server. */
export function group(name: KnownName<'groups'>): Group {
  return typed(placed(withName({ group: name }, name), group))
}

/** One person, by the name that it has on the server. */
export function user(name: string): User {
  return typed(placed(withName({ user: name }, name), user))
}

// `name` is promised by the type, but only the group or user itself belongs into the JSON.
function withName<T extends object>(data: T, name: string): T {
  return Object.defineProperty(data, 'name', { value: name })
}
