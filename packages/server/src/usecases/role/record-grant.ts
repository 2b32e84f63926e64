import type { JsonValue } from '@lockstep/domain'
import type { GrantRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'

/** Keeps in the audit trail of its project what happened to a role, and whose it is where. */
export async function recordGrant(
  write: Write,
  type: 'role_granted' | 'role_confirmed' | 'role_revoked',
  { id, subject, role, project, environment }: GrantRecord,
  more: Readonly<Record<string, JsonValue>> = {},
): Promise<void> {
  const place = project === null ? undefined : await write.people.projects.find(project)
  await write.record({
    type,
    subject: id,
    project: place?.number ?? 0,
    body: { holder: subject, role, project, environment, ...more },
  })
}
