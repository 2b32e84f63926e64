import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Redo2, Undo2, UserRound } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react'
import { PublishDialog } from '../../components/definition/publish-dialog.tsx'
import { useCheck, type Checked } from '../../components/definition/use-check.ts'
import type { PartMark } from '../../components/pipeline/pipeline-canvas.tsx'
import { TASK_FIELDS } from '../../components/pipeline/part-fields.ts'
import {
  isFields,
  isWithin,
  jsonOf,
  partsOf,
  wayText,
  type Way,
} from '../../components/pipeline/pipeline-parts.ts'
import { Page, PageHeader } from '../../layout/page.tsx'
import { useIsWidth } from '../../lib/is-width.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { useMayDefine } from '../../lib/session/may-define.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { FoundPipeline, PIPELINES } from '../pipelines/found-pipeline.tsx'
import type { Pipeline } from '../pipelines/pipeline-queries.ts'
import { AddMenu } from './add-menu.tsx'
import type { TypedCode } from './code-view.tsx'
import { EditorCanvas } from './editor-canvas.tsx'
import { Inspector } from './inspector.tsx'
import { editMarks, partAround } from './marks.ts'
import { Outline } from './outline.tsx'
import { Problems } from './problems.tsx'
import { useDraft } from './use-draft.ts'
import { useEditing } from './use-editing.ts'
import { useKnown } from './use-known.ts'

const CodeView = lazy(() => import('./code-view.tsx').then(({ CodeView: it }) => ({ default: it })))

const here = getRouteApi('/shell/pipelines/$pipeline/edit')
const GROUP = 'On this page'
/** A draft that is no object says nothing. */
const NOTHING = {}

/** Changes a draft of a pipeline, and publishes it as a revision. */
export function PipelineEditorPage(): ReactElement {
  const { pipeline: part } = here.useParams()
  const isWide = useIsWidth('editor')
  return (
    <FoundPipeline part={part}>
      {(pipeline) => (
        <Allowed
          part={part}
          pipeline={pipeline}
          trail={[PIPELINES, { label: pipeline.body.title, to: `/pipelines/${part}` }]}
          isWide={isWide}
        />
      )}
    </FoundPipeline>
  )
}

interface EditorProps {
  readonly part: string
  readonly pipeline: Pipeline
  readonly trail: readonly { readonly label: string; readonly to: string }[]
}

/** The editor needs the right, and room. */
function Allowed({ isWide, ...props }: EditorProps & { readonly isWide: boolean }): ReactElement {
  const mayEdit = useMayDefine(props.pipeline)
  if (isWide && mayEdit) return <Editor key={props.pipeline.id} {...props} />
  const { part, pipeline, trail } = props
  return (
    <Page
      title="Edit"
      trail={trail}
      back={{ label: pipeline.body.title, to: `/pipelines/${part}` }}
    >
      <Empty
        title={mayEdit ? 'The editor needs more room' : 'Developers of the project edit it'}
        actions={
          <Link to="/pipelines/$pipeline" params={{ pipeline: part }} className="underline">
            Read the definition
          </Link>
        }
      >
        {mayEdit
          ? 'It is for screens from 900 px on. Here the pipeline can be read.'
          : 'You see everything, and change nothing. Whoever owns the project gives rights.'}
      </Empty>
    </Page>
  )
}

function Editor({ part, pipeline, trail }: EditorProps): ReactElement {
  const { part: selected, show = 'visual' } = here.useSearch()
  const navigate = here.useNavigate()
  const leave = useNavigate()
  const tell = useTell()
  const kept = useDraft(pipeline)
  const { draft, savedAt, undo, redo, discard } = kept
  const edited = {
    definition: pipeline,
    body: isFields(draft.body) ? draft.body : NOTHING,
    from: draft.from,
  }
  const check = useCheck(edited)
  const known = useKnown(pipeline)
  const [isPublishing, setIsPublishing] = useState(false)
  const [typed, setTyped] = useState<TypedCode | null>(null)
  const select = (way: Way | undefined): void =>
    void navigate({
      search: ({ part: _, ...rest }) =>
        way === undefined ? rest : { ...rest, part: wayText(way) },
      replace: true,
      resetScroll: false,
    })
  const editing = useEditing(kept, select)
  const marks = useMemo(
    () => editMarks(jsonOf(pipeline.body), draft.body),
    [pipeline.body, draft.body],
  )
  const { checked } = check
  const mistakes = checked?.mistakes ?? []
  const changes = checked?.difference?.lines.length ?? 0
  const chosen = partsOf(draft.body).find(({ way }) => wayText(way) === selected)
  const isUnread = typed !== null && !typed.read.ok && typed.of === JSON.stringify(draft.body)
  const canPublish = check.isFresh && changes > 0 && mistakes.length === 0 && !isUnread
  const listOfTasks = (): Way | undefined => {
    const at = chosen?.way.indexOf('tasks') ?? -1
    if (chosen?.is === 'group') return [...chosen.way, 'tasks']
    if (chosen !== undefined && at >= 0) return chosen.way.slice(0, -1)
    return partsOf(draft.body).some(({ is }) => is === 'stage')
      ? [...(chosen?.way.slice(0, 2) ?? ['stages', 0]), 'tasks']
      : undefined
  }
  useKeys([
    { keys: 'mod+z', label: 'Undo', group: GROUP, run: undo },
    { keys: 'mod+shift+z', label: 'Redo', group: GROUP, run: redo },
    {
      keys: 't',
      label: 'Add a task',
      group: GROUP,
      run() {
        const list = listOfTasks()
        if (list !== undefined) editing.add('task', list, 'test')
      },
    },
    {
      keys: 'g',
      label: 'Add a rule to the gate',
      group: GROUP,
      run: () => editing.add('rule', gateNear(chosen?.way ?? []), 'approval'),
    },
    ...([-1, 1] as const).map((step) => ({
      keys: step === -1 ? 'shift+up' : 'shift+down',
      label: step === -1 ? 'Move up' : 'Move down',
      group: GROUP,
      run: () => (chosen === undefined ? undefined : editing.move(chosen.way, step)),
    })),
    { keys: 'escape', label: 'Select nothing', group: GROUP, run: () => select(undefined) },
  ])
  const markOf = (way: Way): PartMark | undefined => {
    const isWrong = mistakes.some(
      ({ at }) =>
        at !== null && isWithin(at, way) && wayText(ownerOf(draft.body, at)) === wayText(way),
    )
    if (isWrong) return { word: 'problem', look: 'wrong' }
    const mark = marks.get(wayText(way))
    return mark === undefined ? undefined : { word: mark, look: 'edit' }
  }
  return (
    <Page
      title="Edit"
      trail={trail}
      actions={
        <>
          {savedAt !== null && (
            <span className="text-12 text-ink-3 max-full:hidden" title="It stays in this browser.">
              saved here <Time at={savedAt} />
            </span>
          )}
          <Button
            look="quiet"
            disabled={savedAt === null}
            onClick={() => {
              discard()
              tell({ title: 'Draft discarded', action: { label: 'Take back', run: undo } })
            }}
          >
            Discard
          </Button>
          <Button look="primary" disabled={!canPublish} onClick={() => setIsPublishing(true)}>
            Publish…
          </Button>
        </>
      }
      header={
        <PageHeader
          title={pipeline.body.title}
          marks={
            <>
              <span className="rounded-full border border-line bg-idle-tint px-2.5 text-12 leading-5.5 text-ink-2">
                Draft from rev {draft.from}
              </span>
              <span className="text-12 text-ink-2">
                {changes === 0
                  ? 'nothing changed'
                  : `${changes} ${changes === 1 ? 'change' : 'changes'} from rev ${checked?.newest.revision ?? draft.from}`}
              </span>
            </>
          }
          aside={
            <span className="flex items-center gap-3">
              <Problems pipeline={draft.body} check={check} isUnread={isUnread} onSelect={select} />
              <Button
                look="quiet"
                size="icon"
                aria-label="Undo"
                disabled={draft.past.length === 0}
                onClick={undo}
              >
                <Undo2 size={14} aria-hidden />
              </Button>
              <Button
                look="quiet"
                size="icon"
                aria-label="Redo"
                disabled={draft.future.length === 0}
                onClick={redo}
              >
                <Redo2 size={14} aria-hidden />
              </Button>
              <Segments
                label="Show"
                value={show}
                options={VIEWS}
                onChange={(to) =>
                  void navigate({
                    search: ({ show: _, ...rest }) =>
                      to === 'visual' ? rest : { ...rest, show: to },
                    replace: true,
                    resetScroll: false,
                  })
                }
              />
            </span>
          }
        />
      }
      isFull
    >
      <Faster newest={checked?.newest} from={draft.from} onGoOn={kept.goOnFrom} />
      <div className="relative min-h-120 grow">
        <div className="absolute inset-0 flex">
          {show !== 'code' && (
            <>
              <aside
                aria-label="Outline of the pipeline"
                className="hidden w-52 shrink-0 overflow-y-auto border-r border-line bg-surface full:block"
              >
                <Outline
                  pipeline={draft.body}
                  selected={selected}
                  marks={marks}
                  mistakes={mistakes}
                  onSelect={select}
                />
              </aside>
              <EditorCanvas
                label="Stages"
                onMove={editing.moveTo}
                pipeline={draft.body}
                selected={selected}
                onSelect={select}
                markOf={markOf}
                renderAfter={(list) =>
                  list.length === 1 ? (
                    <Button onClick={editing.addStage}>Add a stage</Button>
                  ) : (
                    <AddMenu
                      label="Add a task"
                      kinds={Object.keys(TASK_FIELDS)}
                      onAdd={(kind) => editing.add('task', list, kind)}
                    />
                  )
                }
              />
            </>
          )}
          <div
            className={`flex flex-col border-l border-line bg-surface ${show === 'code' ? 'min-w-0 grow' : show === 'split' ? 'w-100 shrink-0' : 'w-80 shrink-0'}`}
          >
            {show !== 'code' && (
              <aside aria-label="Inspector" className="min-h-0 grow basis-0 overflow-y-auto">
                <Inspector
                  pipeline={draft.body}
                  part={chosen}
                  mistakes={mistakes}
                  known={known}
                  editing={editing}
                />
              </aside>
            )}
            {show !== 'visual' && (
              <section
                aria-label="Code"
                className="flex min-h-0 min-w-0 grow basis-0 flex-col border-t border-line"
              >
                <Suspense>
                  <CodeView
                    pipeline={draft.body}
                    before={jsonOf(pipeline.body)}
                    mistakes={mistakes}
                    selected={chosen?.way}
                    typed={typed}
                    onType={setTyped}
                    onEdit={(body) => kept.edit(body, 'code')}
                  />
                </Suspense>
              </section>
            )}
          </div>
        </div>
      </div>
      {isPublishing && checked?.difference != null && (
        <PublishDialog
          edited={edited}
          difference={checked.difference}
          onClose={() => setIsPublishing(false)}
          onPublished={(made) => {
            kept.forget()
            tell({ title: `Revision ${made.revision} is published`, state: 'passed' })
            void leave({
              to: '/pipelines/$pipeline',
              params: { pipeline: part },
              search: { view: 'revisions' },
            })
          }}
        />
      )}
    </Page>
  )
}

const VIEWS = [
  { value: 'visual', label: 'Visual' },
  { value: 'split', label: 'Split' },
  { value: 'code', label: 'Code' },
] as const

/** The gate that a way leads into; of a task or stage, the exit gate. */
function gateNear(way: Way): Way {
  const at = way.findIndex((key) => key === 'entry' || key === 'exit')
  if (at >= 0) return way.slice(0, at + 1)
  return [...(way[0] === 'stages' ? way.slice(0, 2) : ['stages', 0]), 'exit']
}

/** The card that shows a mistake: rules are on the card of their gate. */
function ownerOf(pipeline: Parameters<typeof partAround>[0], at: Way): Way {
  const part = partAround(pipeline, at)
  if (part === undefined) return []
  if (part.is !== 'rule') return part.way
  return gateNear(part.way)
}

/** Somebody has published since the draft was begun: who, when, and how to go on. */
function Faster({
  newest,
  from,
  onGoOn,
}: {
  readonly newest: Checked['newest'] | undefined
  readonly from: number
  readonly onGoOn: (revision: number) => void
}): ReactElement | null {
  if (newest === undefined || newest.revision <= from) return null
  return (
    <Banner
      look="warning"
      icon={<UserRound size={14} aria-hidden />}
      actions={
        <Button size="small" onClick={() => onGoOn(newest.revision)}>
          Go on from {newest.revision}
        </Button>
      }
    >
      {newest.editor} published revision {newest.revision} <Time at={newest.at} />
      {newest.comment !== '' && <>: “{newest.comment}”</>}. Your draft is kept; what it changes is
      shown against that one.
    </Banner>
  )
}
