import { answer, type usualTimesRoutes } from '@lockstep/contract'

import type { Queryable } from '../../postgres/queryable.ts'
import { listUsualTimes } from '../../postgres/read/usual-times.ts'
import type { ServerHandlers } from '../request-context.ts'

/** How long runs took before; nothing for the first of a pipeline. */
export function usualTimesHandlers({
  db,
}: {
  readonly db: Queryable
}): ServerHandlers<typeof usualTimesRoutes> {
  return {
    async showUsualTimes({ params }) {
      return answer({ times: [...(await listUsualTimes(db, params.run))] })
    },
  }
}
