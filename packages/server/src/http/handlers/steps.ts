// A step of a run over HTTP.

import { answer, type stepRoutes } from '@lockstep/contract'

import type { Queryable } from '../../postgres/queryable.ts'
import { findRunHead } from '../../postgres/read/run-head.ts'
import { readStepDetail } from '../../postgres/read/step-detail.ts'
import { NOT_FOUND } from '../authorize.ts'
import { presentLink, presentSettings, presentVariables } from '../present-step.ts'
import type { ServerHandlers } from '../request-context.ts'

export function stepHandlers(db: Queryable): ServerHandlers<typeof stepRoutes> {
  return {
    async showStep({ params }) {
      const head = await findRunHead(db, params.run)
      const found =
        head &&
        (await readStepDetail(db, {
          project: head.projectNumber,
          root: head.root,
          step: params.step,
        }))
      if (found === undefined) return NOT_FOUND
      return answer({
        project: found.project,
        artifacts: [...found.artifacts],
        settings: [...presentSettings(found.step)],
        variables: presentVariables(found.variables),
        links: found.step.links.map(presentLink),
      })
    },
  }
}
