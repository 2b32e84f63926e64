import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useRef, useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useIsOnline } from '../../lib/online.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, TitledCard } from '../../ui/card.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { DifferenceLines } from '../../components/definition/difference-lines.tsx'
import { knownRevision } from './known-revision.ts'
import { differenceQuery, revisionsQuery, type Pipeline } from './pipeline-queries.ts'

const here = getRouteApi('/shell/pipelines/$pipeline')

interface RevisionsViewProps {
  readonly pipeline: Pipeline
  readonly mayEdit: boolean
}

/** Every revision with who made it and why, and what is different between two of them. */
export function RevisionsView({ pipeline, mayEdit }: RevisionsViewProps): ReactElement {
  const { pipeline: address } = here.useParams()
  const query = useInfiniteQuery(revisionsQuery(pipeline.id))
  const search = here.useSearch()
  const revision = knownRevision(pipeline, search.revision) ?? pipeline.revision
  const against = knownRevision(pipeline, search.against) ?? revision - 1
  const [restored, setRestored] = useState<number | null>(null)
  return (
    <div className="grid gap-5 rail:grid-cols-[minmax(320px,2fr)_3fr]">
      <Card>
        <Part what="Revisions" query={query}>
          {({ pages }) => (
            <ol className="divide-y divide-line">
              {pages
                .flatMap(({ items }) => items)
                .map((one) => (
                  <li
                    key={one.revision}
                    className={one.revision === revision ? 'bg-accent-tint' : ''}
                  >
                    <Link
                      to="/pipelines/$pipeline"
                      params={{ pipeline: address }}
                      search={{ view: 'revisions', revision: one.revision }}
                      replace
                      resetScroll={false}
                      aria-current={one.revision === revision ? 'true' : undefined}
                      className="block px-4 py-2.5 hover:bg-hover"
                    >
                      <span className="flex items-baseline gap-2">
                        <span className="font-name">Revision {one.revision}</span>
                        {one.aheadOfSource && (
                          <span className="rounded-1 bg-wait-tint px-1.5 text-11 text-wait">
                            ahead of its source
                          </span>
                        )}
                        <span className="ml-auto text-12 text-ink-3">
                          <Time at={one.at} />
                        </span>
                      </span>
                      <span className="block text-12 [overflow-wrap:anywhere] text-ink-2">
                        {one.editor}
                        {one.comment !== '' && <> · {one.comment}</>}
                      </span>
                    </Link>
                  </li>
                ))}
            </ol>
          )}
        </Part>
        {query.hasNextPage && (
          <div className="flex justify-center border-t border-line p-2">
            <Button
              look="quiet"
              isBusy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show older revisions
            </Button>
          </div>
        )}
      </Card>
      <TitledCard
        title={against < 1 ? `Revision ${revision} is the first` : `From ${against} to ${revision}`}
        aside={
          mayEdit && revision !== pipeline.revision ? (
            <Button size="small" onClick={() => setRestored(revision)}>
              Restore {revision}…
            </Button>
          ) : undefined
        }
      >
        <Compared pipeline={pipeline} from={against} to={revision} address={address} />
      </TitledCard>
      {restored !== null && (
        <RestoreDialog pipeline={pipeline} revision={restored} onClose={() => setRestored(null)} />
      )}
    </div>
  )
}

function Compared({
  pipeline,
  from,
  to,
  address,
}: {
  readonly pipeline: Pipeline
  readonly from: number
  readonly to: number
  readonly address: string
}): ReactElement {
  return (
    <>
      {to > 1 && (
        <label className="flex items-center gap-2 border-b border-line px-4 py-2 text-12 text-ink-2">
          Compare with
          <AgainstChoice pipeline={pipeline} from={from} to={to} />
          <Link
            to="/pipelines/$pipeline"
            params={{ pipeline: address }}
            search={{ revision: to }}
            className="ml-auto underline"
          >
            Show revision {to}
          </Link>
        </label>
      )}
      {from >= 1 ? (
        <Difference pipeline={pipeline} from={from} to={to} />
      ) : (
        <p className="p-4 text-12 text-ink-2">There is nothing before it to compare with.</p>
      )}
    </>
  )
}

function AgainstChoice({
  pipeline,
  from,
  to,
}: {
  readonly pipeline: Pipeline
  readonly from: number
  readonly to: number
}): ReactElement {
  const navigate = here.useNavigate()
  const others = Array.from({ length: pipeline.revision }, (_, at) => pipeline.revision - at)
  return (
    <select
      value={from}
      onChange={(event) =>
        void navigate({
          search: { view: 'revisions', revision: to, against: Number(event.currentTarget.value) },
          replace: true,
          resetScroll: false,
        })
      }
      className="h-7 rounded-2 border border-line-strong bg-surface px-2 max-drawer:h-11"
    >
      {from < 1 && <option value={from}>nothing</option>}
      {others
        .filter((one) => one !== to)
        .map((one) => (
          <option key={one} value={one}>
            revision {one}
          </option>
        ))}
    </select>
  )
}

function Difference({
  pipeline,
  from,
  to,
}: {
  readonly pipeline: Pipeline
  readonly from: number
  readonly to: number
}): ReactElement {
  const query = useQuery(differenceQuery(pipeline.id, from, to))
  return (
    <Part what="The difference" query={query}>
      {(difference) => <DifferenceLines difference={difference} />}
    </Part>
  )
}

function RestoreDialog({
  pipeline,
  revision,
  onClose,
}: {
  readonly pipeline: Pipeline
  readonly revision: number
  readonly onClose: () => void
}): ReactElement {
  const [comment, setComment] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const tell = useTell()
  const queries = useQueryClient()
  const isOnline = useIsOnline()
  const restore = useMutation({
    mutationFn: () => api.restoreRevision({ definition: pipeline.id, revision, comment }),
    async onSuccess(made) {
      await queries.invalidateQueries({ queryKey: ['definitions'] })
      await queries.invalidateQueries({ queryKey: ['revisions', pipeline.id] })
      tell({ title: `Revision ${made.revision} says what ${revision} said`, state: 'passed' })
      onClose()
    },
  })
  return (
    <ActDialog
      title={`Restore revision ${revision} of ${pipeline.body.title}?`}
      detail={`It becomes revision ${pipeline.revision + 1}, ahead of its source. Runs under way keep their revision.`}
      act={`Restore ${revision}`}
      isReady={comment.trim() !== '' && isOnline}
      mutation={restore}
      focusFirst={field}
      onClose={onClose}
      onAct={() => restore.mutate()}
    >
      <TextArea
        ref={field}
        label="Why, in a line"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
