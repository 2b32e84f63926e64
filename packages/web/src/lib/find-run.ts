import { queryOptions } from '@tanstack/react-query'
import { api } from './api.ts'
import { partsOfRun } from './address.ts'

/** The run at an address such as `connected-car/connected-car-2.0/7`; null when there is none that I may see. It never changes. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type of query options is made by the library
export function runAtQuery(address: string) {
  const { project, name, number } = partsOfRun(address)
  return queryOptions({
    queryKey: ['run at', address],
    staleTime: Infinity,
    async queryFn() {
      const { items } = await api.listRuns({ name, number: Number(number), limit: 200 })
      return items.find((one) => one.project === project) ?? null
    },
  })
}
