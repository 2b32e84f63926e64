// What is asked of the audit trail.

import type { AuditTopic } from '@lockstep/contract'
import type { ServiceAccountId, UserId } from '@lockstep/domain'
import { api } from '../../lib/api.ts'
import type { Project } from '../../lib/session/project-choice.ts'
import type { AuditEntry } from './entry-words.ts'

const PAGE = 50

export interface EvidenceFilter {
  readonly project?: string | undefined
  readonly about?: AuditTopic | undefined
  readonly by?: string | undefined
  readonly subject?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What stands for the name of a project where the trail of none is asked for; no project is called so. */
export const NO_PROJECT = '-'

/** What the address asks for, as the routes take it; of no project: of people, groups and what else belongs to all. */
export type EvidenceQuery = Omit<
  Parameters<typeof api.listSystemAuditEntries>[0],
  'limit' | 'after'
> & { readonly project: Project['id'] | null }

/** One page of the trail. */
export function listEntries(
  { project, ...asked }: EvidenceQuery,
  limit: number,
  after: string | null,
): ReturnType<typeof api.listAuditEntries> {
  const page = { ...asked, limit, ...(after === null ? {} : { after }) }
  return project === null
    ? api.listSystemAuditEntries(page)
    : api.listAuditEntries({ ...page, project })
}

/** The filter of an address as the route takes it; days are those of the reader. */
export function queryOf(project: Project['id'] | null, filter: EvidenceFilter): EvidenceQuery {
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
    const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(asked, PAGE, after)
    entries.push(...page.items)
    after = page.next
    if (after === null) break
  }
  return { entries, hasMore: after !== null }
}
