import { answer, type activityRoutes, type ActivityEntry } from '@lockstep/contract'
import { parseId } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { Queryable } from '../../postgres/queryable.ts'
import { listActivity, type ActivityRow } from '../../postgres/read/activity.ts'
import { nameOf, readNames, type Names } from '../../postgres/read/names.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

const SHOWN = 20

/** What happened last, as far as the caller sees it. */
export function activityHandlers({
  db,
}: {
  readonly db: Queryable
}): ServerHandlers<typeof activityRoutes> {
  return {
    async listActivity({ query }, { reach }) {
      const projects = projectsInReach(reach, query.project)
      const rows = await listActivity(db, {
        projects: projects === 'all' ? null : projects,
        limit: query.most ?? SHOWN,
      })
      const names = await readNames(
        db,
        rows.flatMap(({ actor }) => actor ?? []),
      )
      return answer({ items: rows.map((row) => presentActivity(row, names)) })
    },
  }
}

function presentActivity(row: ActivityRow, names: Names): z.output<typeof ActivityEntry> {
  const { at, what, actor, subject, of } = row
  return {
    key: `${at.toISOString()} ${what} ${row.gate ?? row.run ?? subject} ${actor ?? ''}`,
    at: at.toISOString(),
    // The query makes no other word; the answer is checked before it is sent.
    what: what as z.output<typeof ActivityEntry>['what'],
    by: actor === null ? null : nameOf(names, actor),
    subject,
    of,
    run: parseId('run', row.run ?? '') ?? null,
    runAddress: row.run_address,
    gate: parseId('gat', row.gate ?? '') ?? null,
  }
}
