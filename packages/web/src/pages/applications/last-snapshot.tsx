import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { Defined } from '../../lib/definitions.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { snapshotsQuery } from './snapshots-query.ts'

/** The newest snapshot of an application, and when it was taken. */
export function LastSnapshot({
  application,
}: {
  readonly application: Defined<'application'>
}): ReactElement {
  const { projects } = useProjectChoice()
  const { data, error } = useQuery(snapshotsQuery(application, projects, 1))
  const [last] = data?.items ?? []
  if (error !== null) return <span className="text-12 text-fail">could not be loaded</span>
  if (data === undefined) return <></>
  if (last === undefined) return <span className="text-ink-3">none yet</span>
  return (
    <span className="flex items-center gap-2 whitespace-nowrap text-ink-3">
      <VersionChip version={last.version} /> <Time at={last.at} />
    </span>
  )
}
