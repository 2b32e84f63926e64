// What is asked of the audit trail.

import type { ServiceAccountId, UserId } from '@lockstep/domain'
import { api } from '../../lib/api.ts'
import type { Project } from '../../lib/session/project-choice.ts'
import type { AuditEntry } from './entry-words.ts'
import type { EvidenceFilter } from './evidence-filters.tsx'

const PAGE = 50

/** What the address asks for, as the route takes it. */
export type EvidenceQuery = Omit<Parameters<typeof api.listAuditEntries>[0], 'limit' | 'after'>

/** The filter of an address as the route takes it; days are those of the reader. */
export function queryOf(project: Project['id'], filter: EvidenceFilter): EvidenceQuery {
  const { about, by, subject, from, to } = filter
  return {
    project,
    ...(about !== undefined && { topic: about }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the form of the address says so, and the server looks again
    ...(by !== undefined && { by: by as UserId | ServiceAccountId }),
    ...(subject !== undefined && { subject }),
    ...(from !== undefined && { from: new Date(`${from}T00:00`).toISOString() }),
    // Until the end of that day.
    ...(to !== undefined && {
      until: new Date(new Date(`${to}T00:00`).getTime() + 86_400_000).toISOString(),
    }),
  }
}

/** The newest pages of what fits. */
export async function readPages(
  asked: EvidenceQuery,
  pages: number,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly hasMore: boolean }> {
  const entries: AuditEntry[] = []
  let after: string | null = null
  for (let read = 0; read < pages; read += 1) {
    const page: Awaited<ReturnType<typeof api.listAuditEntries>> = await api.listAuditEntries({
      ...asked,
      limit: PAGE,
      ...(after === null ? {} : { after }),
    })
    entries.push(...page.items)
    after = page.next
    if (after === null) break
  }
  return { entries, hasMore: after !== null }
}
