import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { partsOfRun, shortName } from '../../lib/address.ts'
import { runAtQuery } from '../../lib/find-run.ts'
import type { Run } from '../../lib/runs.ts'
import { Time } from '../../ui/time.tsx'

/** An application with the run of its own pipeline, and the snapshot that came from there. */
export function TeamCard({ brought }: { readonly brought: Run['brings'][number] }): ReactElement {
  const { application, passed, version } = brought
  const name = shortName(application)
  const { data: run } = useQuery({ ...runAtQuery(passed ?? ''), enabled: passed !== null })
  const at = partsOfRun(passed ?? '')
  const label = `#${at.number}`
  return (
    <div
      role="group"
      aria-label={`Team pipeline of ${name}`}
      className="min-w-0 rounded-3 border border-line bg-surface px-2 py-2.5 shadow-1"
    >
      <h3 className="mb-1.5 flex items-center gap-1.5 text-13">
        <ApplicationIcon application={name} />
        <span className="truncate" title={name}>
          {name}
        </span>
      </h3>
      <dl className="divide-y divide-line border-t border-line text-12">
        <Fact name="run">
          {run == null ? (
            label
          ) : (
            <Link
              to="/runs/$run"
              params={{ run: run.id }}
              className="underline decoration-line-strong hover:decoration-ink"
            >
              {label}
            </Link>
          )}
        </Fact>
        {version !== null && (
          <Fact name="snapshot">
            <span className="font-mono break-all">{version}</span>
          </Fact>
        )}
        {run?.finishedAt != null && (
          <Fact name="arrived">
            <Time at={run.finishedAt} />
          </Fact>
        )}
        {run?.source != null && (
          <Fact name="commit">
            <span className="font-mono">{run.source.commit.slice(0, 7)}</span>
          </Fact>
        )}
      </dl>
    </div>
  )
}

function Fact({
  name,
  children,
}: {
  readonly name: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex flex-wrap justify-between gap-x-2 py-1">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}
