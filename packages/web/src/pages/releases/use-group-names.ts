import { useQuery } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { readAll } from '../../lib/read-all.ts'
import { useCan } from '../../lib/session/can.ts'

/** All groups; undefined for people who may not list them. */
export function useGroupNames():
  | readonly { readonly name: string; readonly title: string }[]
  | undefined {
  const may = useCan('group.read', { on: 'system' })
  const { data } = useQuery({
    queryKey: ['groups'],
    enabled: may.allowed,
    queryFn: () => readAll((page) => api.listGroups(page)),
  })
  return may.allowed ? (data ?? []) : undefined
}
