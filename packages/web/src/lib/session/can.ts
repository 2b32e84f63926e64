// What the person who is signed in may do: the same predicate as the server's. Apart from `me.ts`, because no first load asks.

import { useQuery } from '@tanstack/react-query'
import { can, type Decision, type Permission, type Place, type Rights } from '@lockstep/domain'
import { meQuery, type Me } from './me.ts'

/** Whether the person may do this there. Ask before showing an action; the server decides all the same. */
export function useCan(permission: Permission, place: Place): Decision {
  const { data } = useQuery(meQuery)
  return can(rightsOf(data ?? null), permission, place)
}

export function rightsOf(me: Me | null): Rights {
  const grants = (me?.grants ?? []).map(({ role, project, environment }) => ({
    role,
    place: placeOf(project, environment),
  }))
  return { grants, token: null }
}

function placeOf(
  project: Me['grants'][number]['project'],
  environment: Me['grants'][number]['environment'],
): Place {
  if (project === null) return { on: 'system' }
  return environment === null
    ? { on: 'project', project }
    : { on: 'environment', project, environment }
}
