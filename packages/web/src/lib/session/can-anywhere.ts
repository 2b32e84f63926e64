import { useQuery } from '@tanstack/react-query'
import { reach, type Permission } from '@lockstep/domain'
import { rightsOf } from './can.ts'
import { meQuery } from './me.ts'

/** Whether the person may do this in any place: a list of theirs would not be empty for want of rights. */
export function useCanAnywhere(permission: Permission): boolean {
  const { data } = useQuery(meQuery)
  const where = reach(rightsOf(data ?? null), permission)
  return where.everywhere || where.projects.length > 0 || where.environments.length > 0
}
