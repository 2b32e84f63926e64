import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { PencilLine } from 'lucide-react'
import type { ReactElement } from 'react'
import {
  parseWay,
  partsOf,
  jsonOf,
  valueAt,
  wayText,
} from '../../components/pipeline/pipeline-parts.ts'
import { Banner } from '../../ui/banner.tsx'
import { Page, PageHeader } from '../../layout/page.tsx'
import { ScreenLink, useHasScreen } from '../../layout/screen-link.tsx'
import { useMayDefine } from '../../lib/session/may-define.ts'
import { revisionQuery } from '../../lib/definitions.ts'
import { Button, buttonClasses } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { TabLinks } from '../../ui/tabs.tsx'
import { Time } from '../../ui/time.tsx'
import { ViewTab } from '../../ui/view-tab.tsx'
import { RunRows } from '../runs/run-rows.tsx'
import { DefinitionView } from './definition-view.tsx'
import { FoundPipeline, PIPELINES } from './found-pipeline.tsx'
import { knownRevision } from './known-revision.ts'
import { PartPanel } from './part-panel.tsx'
import { pipelineRunsQuery, type Pipeline } from './pipeline-queries.ts'
import { RevisionsView } from './revisions-view.tsx'

const here = getRouteApi('/shell/pipelines/$pipeline')

/** One pipeline: as it is defined, its runs, its revisions. */
export function PipelinePage(): ReactElement {
  const { pipeline: part } = here.useParams()
  return (
    <FoundPipeline part={part}>
      {(pipeline) => <KnownPipeline part={part} pipeline={pipeline} />}
    </FoundPipeline>
  )
}

function KnownPipeline({
  part,
  pipeline,
}: {
  readonly part: string
  readonly pipeline: Pipeline
}): ReactElement {
  const { view, revision: asked, part: selected } = here.useSearch()
  const revision = knownRevision(pipeline, asked)
  const navigate = here.useNavigate()
  const mayEdit = useMayDefine(pipeline)
  const isOld = view === undefined && revision !== undefined && revision !== pipeline.revision
  const old = useQuery(revisionQuery(pipeline, isOld ? revision : null))
  const shown = isOld ? old.data?.body : pipeline.body
  const body = shown && jsonOf(shown)
  const way = selected === undefined ? undefined : parseWay(selected)
  const chosen =
    body === undefined || way === undefined || view !== undefined
      ? undefined
      : partsOf(body).find((one) => wayText(one.way) === wayText(way))
  const select = (to: string | undefined): void =>
    void navigate({
      search: ({ part: _, ...rest }) => (to === undefined ? rest : { ...rest, part: to }),
      replace: true,
      resetScroll: false,
    })
  return (
    <Page
      title={pipeline.body.title}
      trail={[PIPELINES]}
      back={PIPELINES}
      actions={<EditLink part={part} mayEdit={mayEdit} />}
      header={<Header part={part} pipeline={pipeline} />}
      isFull={view === undefined}
      panel={
        chosen !== undefined && body !== undefined ? (
          <PartPanel
            part={chosen}
            value={valueAt(body, chosen.way) ?? null}
            onClose={() => select(undefined)}
          />
        ) : undefined
      }
    >
      {isOld && (
        <Banner
          icon={null}
          actions={
            <Link to="/pipelines/$pipeline" params={{ pipeline: part }} className="underline">
              Show the newest
            </Link>
          }
        >
          This is revision {revision}; the newest is {pipeline.revision}.
        </Banner>
      )}
      {view === 'runs' ? (
        <PipelineRuns pipeline={pipeline} />
      ) : view === 'revisions' ? (
        <RevisionsView pipeline={pipeline} mayEdit={mayEdit} />
      ) : body === undefined ? (
        <Part what={`Revision ${revision ?? ''}`} query={old}>
          {() => null}
        </Part>
      ) : (
        <DefinitionView
          pipeline={body}
          selected={selected}
          onSelect={(to) => select(wayText(to))}
        />
      )}
    </Page>
  )
}

function EditLink({
  part,
  mayEdit,
}: {
  readonly part: string
  readonly mayEdit: boolean
}): ReactElement | null {
  const hasEditor = useHasScreen('/pipelines/$pipeline/edit')
  if (!hasEditor) return null
  if (!mayEdit)
    return (
      <span className="text-12 text-ink-3 max-drawer:hidden">
        Developers of the project edit it
      </span>
    )
  return (
    <ScreenLink
      to="/pipelines/$pipeline/edit"
      params={{ pipeline: part }}
      className={`max-drawer:hidden ${buttonClasses({ look: 'primary' })}`}
    >
      <PencilLine size={14} aria-hidden /> Edit
    </ScreenLink>
  )
}

function Header({
  part,
  pipeline,
}: {
  readonly part: string
  readonly pipeline: Pipeline
}): ReactElement {
  const { view: shown } = here.useSearch()
  return (
    <PageHeader
      title={pipeline.body.title}
      marks={
        <span className="text-12 text-ink-2">
          {pipeline.project}/{pipeline.name} · revision {pipeline.revision} by {pipeline.editor}{' '}
          <Time at={pipeline.at} />
          {pipeline.aheadOfSource && ' · ahead of its source'}
        </span>
      }
      tabs={
        <TabLinks label="Views of the pipeline">
          {TABS.map(({ view, words }) => (
            <ViewTab
              key={words}
              to="/pipelines/$pipeline"
              params={{ pipeline: part }}
              search={view === undefined ? {} : { view }}
              isHere={view === shown}
              {...(view === 'revisions' && { count: pipeline.revision })}
            >
              {words}
            </ViewTab>
          ))}
        </TabLinks>
      }
    />
  )
}

const TABS = [
  { view: undefined, words: 'Definition' },
  { view: 'runs', words: 'Runs' },
  { view: 'revisions', words: 'Revisions' },
] as const

function PipelineRuns({ pipeline }: { readonly pipeline: Pipeline }): ReactElement {
  const query = useInfiniteQuery(pipelineRunsQuery(pipeline.id))
  return (
    <Part what="Runs" query={query}>
      {({ pages }) => {
        const runs = pages.flatMap(({ items }) => items)
        return runs.length === 0 ? (
          <Card>
            <Empty title="It has not run yet">
              Start it: <code>lockstep run start {pipeline.name}</code>
            </Empty>
          </Card>
        ) : (
          <>
            <RunRows runs={runs} />
            {query.hasNextPage && (
              <div className="mt-3 flex justify-center">
                <Button
                  isBusy={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  Show older runs
                </Button>
              </div>
            )}
          </>
        )
      }}
    </Part>
  )
}
