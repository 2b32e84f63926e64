import * as z from 'zod/mini'
import { route } from '../route.ts'
import {
  idSchema,
  named,
  Name,
  NewTitle,
  pageOf,
  pageQuery,
  Timestamp,
  Title,
  Version,
} from '../schema.ts'
import { User } from './user.ts'

export const Group = named(
  'Group',
  z.strictObject({
    id: idSchema('grp'),
    name: Name,
    title: Title,
    members: z.int(),
    createdAt: Timestamp,
    version: Version,
  }),
)

/** A group after a change of its members. Whose rights change signs in again: so many sessions have ended. */
export const MembersChanged = named(
  'MembersChanged',
  z.extend(Group, { endedSessions: z.int().check(z.minimum(0)) }),
)

export const listGroups = route({
  method: 'GET',
  path: '/v1/groups',
  summary: 'List groups',
  permission: 'group.read',
  object: 'reach',
  query: { ...pageQuery, name: z.optional(Name) },
  response: pageOf(Group),
  errors: [],
})

export const showGroup = route({
  method: 'GET',
  path: '/v1/groups/{group}',
  summary: 'Show a group',
  permission: 'group.read',
  object: 'reach',
  params: { group: idSchema('grp') },
  response: Group,
  errors: [],
})

export const createGroup = route({
  method: 'POST',
  path: '/v1/groups',
  summary: 'Make a group',
  permission: 'group.write',
  object: 'system',
  body: { name: Name, title: NewTitle },
  response: Group,
  status: 201,
  errors: ['name_taken'],
})

export const listMembers = route({
  method: 'GET',
  path: '/v1/groups/{group}/members',
  summary: 'List the members of a group',
  permission: 'group.read',
  object: 'reach',
  params: { group: idSchema('grp') },
  query: pageQuery,
  response: pageOf(User),
  errors: [],
})

export const addMember = route({
  method: 'PUT',
  path: '/v1/groups/{group}/members/{user}',
  summary: 'Add a person to a group',
  permission: 'group.write',
  object: 'params.group',
  params: { group: idSchema('grp'), user: idSchema('usr') },
  response: MembersChanged,
  errors: ['cannot_change_yourself', 'person_required', 'password_new'],
})

export const removeMember = route({
  method: 'DELETE',
  path: '/v1/groups/{group}/members/{user}',
  summary: 'Take a person out of a group',
  permission: 'group.write',
  object: 'params.group',
  params: { group: idSchema('grp'), user: idSchema('usr') },
  response: MembersChanged,
  errors: ['last_administrator'],
})

export const groupRoutes = {
  listGroups,
  showGroup,
  createGroup,
  listMembers,
  addMember,
  removeMember,
} as const
