import {
  answer,
  refused,
  type grantRoutes,
  type groupRoutes,
  type userRoutes,
} from '@lockstep/contract'
import { assertInvariant, can, type GroupId } from '@lockstep/domain'
import { randomUUIDv7 } from 'node:crypto'
import { idOf } from '@lockstep/domain'
import type { GroupRecord, People } from '../../ports/people.ts'
import type { MadeInvitation } from '../../usecases/account/invite.ts'
import { inviteAgain } from '../../usecases/account/invite-again.ts'
import { addMember, removeMember } from '../../usecases/group/change-members.ts'
import { confirmRole } from '../../usecases/role/confirm.ts'
import { grantRole, type ChangedGrant } from '../../usecases/role/grant.ts'
import { revokeGrant } from '../../usecases/role/revoke.ts'
import { changeUser } from '../../usecases/user/change.ts'
import { createUser } from '../../usecases/user/create.ts'
import { NOT_FOUND, refusalOf } from '../authorize.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentGrant, presentGroup, presentUser, timestampOf } from '../present.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'

export interface PeopleHandlersDeps {
  readonly people: People
  /** Where people reach this server; links are made from it and never from what a request says. */
  readonly publicUrl: () => string
}

export function userHandlers(deps: PeopleHandlersDeps): ServerHandlers<typeof userRoutes> {
  const { people } = deps
  const present = ({ user, code, expiresAt }: MadeInvitation) => ({
    user: presentUser(user),
    code,
    link: `${deps.publicUrl()}/invitation#${code}`,
    expiresAt: timestampOf(expiresAt),
  })
  return {
    async listUsers({ query }, context) {
      const refusal = refuseOutOfReach(context)
      if (refusal !== undefined) return refusal
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      return answer(pageFrom(await people.users.list(slice, query), query.limit, presentUser))
    },
    async showUser({ params }, context) {
      const refusal = refuseOutOfReach(context)
      if (refusal !== undefined) return refusal
      const user = await people.users.find(params.user)
      return user === undefined ? NOT_FOUND : answer(presentUser(user))
    },
    async createUser({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await createUser(write, body)
        return outcome.ok ? answer(present(outcome.value)) : outcome
      })
    },
    async inviteUser({ params }, { inTransaction, principal }) {
      const givesAll = can(principal.rights, 'grant.write', { on: 'system' }).allowed
      return inTransaction(async (write) => {
        const user = await write.people.users.find(params.user)
        if (user === undefined) return NOT_FOUND
        const outcome = await inviteAgain(write, {
          user,
          givesAll,
          publicUrl: deps.publicUrl(),
        })
        return outcome.ok ? answer(present(outcome.value)) : outcome
      })
    },
    async changeUser({ params, body }, { inTransaction, ifMatch }) {
      return inTransaction(async (write) => {
        const outcome = await changeUser(write, {
          user: params.user,
          version: ifMatch,
          change: body,
        })
        return outcome.ok ? answer(presentUser(outcome.value)) : outcome
      })
    },
  }
}

export function groupHandlers({ people }: PeopleHandlersDeps): ServerHandlers<typeof groupRoutes> {
  const shown = async (from: People, id: GroupId): Promise<GroupRecord> => {
    const group = await from.groups.find(id)
    assertInvariant(group !== undefined, 'groups are never deleted')
    return group
  }
  return {
    async listGroups({ query }, context) {
      const refusal = refuseOutOfReach(context)
      if (refusal !== undefined) return refusal
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      return answer(pageFrom(await people.groups.list(slice, query), query.limit, presentGroup))
    },
    async showGroup({ params }, context) {
      const refusal = refuseOutOfReach(context)
      if (refusal !== undefined) return refusal
      const group = await people.groups.find(params.group)
      return group === undefined ? NOT_FOUND : answer(presentGroup(group))
    },
    async createGroup({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const id = idOf('grp', randomUUIDv7())
        const taken = await write.people.groups.insert({ id, ...body })
        if (taken !== undefined)
          return refused(
            taken,
            `There is a group named "${body.name}" already. Choose another name.`,
          )
        await write.record({ type: 'group_created', subject: id, body })
        return answer(presentGroup(await shown(write.people, id)))
      })
    },
    async listMembers({ params, query }, context) {
      const refusal = refuseOutOfReach(context)
      if (refusal !== undefined) return refusal
      if ((await people.groups.find(params.group)) === undefined) return NOT_FOUND
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      return answer(
        pageFrom(await people.groups.members(params.group, slice), query.limit, presentUser),
      )
    },
    async addMember({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await addMember(write, params)
        if (!outcome.ok) return outcome
        const group = presentGroup(await shown(write.people, params.group))
        return answer({ ...group, ...outcome.value })
      })
    },
    async removeMember({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await removeMember(write, params)
        if (!outcome.ok) return outcome
        const group = presentGroup(await shown(write.people, params.group))
        return answer({ ...group, ...outcome.value })
      })
    },
  }
}

export function grantHandlers({ people }: PeopleHandlersDeps): ServerHandlers<typeof grantRoutes> {
  return {
    async listSystemGrants({ query }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      return answer(pageFrom(await people.grants.list(slice, null), query.limit, presentGrant))
    },
    async grantOnSystem({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await grantRole(write, { ...body, project: null, environment: null })
        return outcome.ok ? answer(presentChanged(outcome.value)) : outcome
      })
    },
    async listGrants({ params, query }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      return answer(
        pageFrom(await people.grants.list(slice, params.project), query.limit, presentGrant),
      )
    },
    async grantOnProject({ params, body }, context) {
      const environment = body.environment ?? null
      const foreign =
        environment === null ? undefined : await refuseForeign(context, environment, params.project)
      if (foreign !== undefined) return foreign
      return context.inTransaction(async (write) => {
        const project = await write.people.projects.find(params.project)
        if (project === undefined) return NOT_FOUND
        const outcome = await grantRole(write, {
          subject: body.subject,
          role: body.role,
          project,
          environment,
        })
        return outcome.ok ? answer(presentChanged(outcome.value)) : outcome
      })
    },
    async confirmGrant({ params }, { inTransaction, principal }) {
      assertInvariant(principal.kind === 'person', 'the route is for people only')
      const { user: by } = principal
      return inTransaction(async (write) => {
        const outcome = await confirmRole(write, { grant: params.grant, by })
        return outcome.ok ? answer(presentChanged(outcome.value)) : outcome
      })
    },
    async revokeGrant({ params }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await revokeGrant(write, params.grant)
        return outcome.ok ? answer(outcome.value) : outcome
      })
    },
  }
}

function presentChanged({ grant, endedSessions, because }: ChangedGrant) {
  return { ...presentGrant(grant), endedSessions, because }
}

/** People and groups belong to no project: whoever may list them anywhere may list them all. */
function refuseOutOfReach({ reach }: RequestContext): ReturnType<typeof refusalOf> {
  if (reach.everywhere || reach.projects.length > 0) return undefined
  return refusalOf({ allowed: false, why: 'forbidden' }, 'user.read')
}

/** The environment of a grant has to be one of the project's own, or it is not there. */
async function refuseForeign(
  { placeOf }: RequestContext,
  environment: string,
  project: string,
): Promise<typeof NOT_FOUND | undefined> {
  const place = await placeOf(environment)
  return place?.on === 'environment' && place.project === project ? undefined : NOT_FOUND
}
