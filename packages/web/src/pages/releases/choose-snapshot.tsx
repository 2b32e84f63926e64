import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import type { Release } from '../../lib/runs.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import type { Collected } from './collected-table.tsx'
import { snapshotsQuery } from './snapshots-query.ts'

interface ChooseSnapshotProps {
  readonly release: Release
  readonly collected: Collected
  readonly onClose: () => void
}

/** Which snapshot a release takes of an application, among those that exist; the server refuses one that has not passed. */
export function ChooseSnapshot({ release, collected, onClose }: ChooseSnapshotProps): ReactElement {
  const { application, snapshot } = collected
  const { data: projects } = useQuery(projectsQuery)
  const [version, setVersion] = useState(collected.version)
  const queries = useQueryClient()
  const tell = useTell()
  const query = useQuery(snapshotsQuery(application, projects))
  const choose = useMutation({
    mutationFn: (chosen: string) =>
      api.pinApplication({ release: release.id, application, version: chosen }),
    async onSuccess(_, chosen) {
      tell({ title: `${shortName(application)} ${chosen} chosen`, detail: release.title })
      onClose()
      await queries.invalidateQueries({ queryKey: ['release at'] })
    },
  })
  return (
    <ActDialog
      title={`Choose a snapshot of ${shortName(application)}`}
      detail="It is delivered as it is, and no newer one takes its place."
      act={`Choose ${version ?? ''}`}
      isReady={version !== null}
      mutation={choose}
      onClose={onClose}
      onAct={() => version !== null && choose.mutate(version)}
    >
      <Part what="Snapshots" query={query}>
        {(snapshots) =>
          snapshots.length === 0 ? (
            <p className="text-ink-2">There is none that you see.</p>
          ) : (
            <fieldset className="max-h-80 overflow-y-auto">
              <legend className="sr-only">Snapshots</legend>
              {snapshots.map((one) => (
                <label
                  key={one.digest}
                  className="flex min-h-9 items-center gap-2.5 border-b border-line px-1 last:border-0"
                >
                  <input
                    type="radio"
                    name="snapshot"
                    checked={version === one.version}
                    onChange={() => setVersion(one.version)}
                  />
                  <VersionChip version={one.version} />
                  <span className="grow text-12 text-ink-2">
                    {one.digest === snapshot ? 'collected now' : (one.madeBy ?? '')}
                  </span>
                  <span className="text-12 text-ink-3">
                    <Time at={one.at} />
                  </span>
                </label>
              ))}
            </fieldset>
          )
        }
      </Part>
    </ActDialog>
  )
}
