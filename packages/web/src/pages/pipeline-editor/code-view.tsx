import { presentDraftAsYaml, readYamlDraft, type YamlDraft } from '@lockstep/define/notation'
import { useEffect, useEffectEvent, useMemo, useRef, useState, type ReactElement } from 'react'
import type { Checked } from '../../components/definition/use-check.ts'
import type { Json, Way } from '../../components/pipeline/pipeline-parts.ts'
import { openCodeEditor, type CodeEditor, type CodeProblem } from './code-editor.ts'
import { markLines } from './code-lines.ts'

/** What somebody has written, as they wrote it. */
export interface TypedCode {
  readonly text: string
  readonly read: YamlDraft
  /** The draft that it stands for; when that is another one, it is over. */
  readonly of: string
}

interface CodeViewProps {
  readonly pipeline: Json
  /** The revision that the draft was made from. */
  readonly before: Json
  readonly mistakes: Checked['mistakes']
  /** What is selected in the outline or on the canvas. */
  readonly selected: Way | undefined
  /** Kept by whoever shows this, so that it is there again after a look at the canvas. */
  readonly typed: TypedCode | null
  readonly onType: (typed: TypedCode) => void
  readonly onEdit: (pipeline: Json) => void
}

/** The same draft as YAML. What cannot be read yet changes nothing, and says why where it stands. */
export function CodeView({
  pipeline,
  before,
  mistakes,
  selected,
  typed,
  onType,
  onEdit,
}: CodeViewProps): ReactElement {
  const of = useMemo(() => JSON.stringify(pipeline), [pipeline])
  const printed = useMemo(() => {
    const text = presentDraftAsYaml(pipeline)
    return { text, read: readYamlDraft(text) }
  }, [pipeline])
  const { text, read } = typed !== null && typed.of === of ? typed : printed
  const marks = useMemo(() => markLines(presentDraftAsYaml(before), text), [before, text])
  const problems = useMemo(
    (): readonly CodeProblem[] =>
      read.ok
        ? mistakes.map(({ at, message }) => ({ ...read.locate(at ?? []), message }))
        : [read.mistake],
    [read, mistakes],
  )
  const write = useEffectEvent((next: string): void => {
    const draft = readYamlDraft(next)
    onType({ text: next, read: draft, of: draft.ok ? JSON.stringify(draft.body) : of })
    if (draft.ok) onEdit(draft.body)
  })
  const host = useRef<HTMLDivElement>(null)
  const [editor, setEditor] = useState<CodeEditor>()
  useEffect(() => {
    if (host.current === null) return undefined
    const opened = openCodeEditor(host.current, {
      label: 'Definition as YAML',
      text: '',
      onType: (next) => write(next),
    })
    setEditor(opened)
    return () => opened.close()
  }, [])
  useEffect(() => editor?.show(text), [editor, text])
  useEffect(() => editor?.mark(marks, problems), [editor, marks, problems])
  const chosen = selected === undefined || !read.ok ? undefined : read.locate(selected).start
  useEffect(() => {
    if (chosen !== undefined) editor?.reveal(chosen)
  }, [editor, chosen])
  return (
    <div className="flex min-h-0 min-w-0 grow flex-col">
      <p
        role="status"
        className={`border-b border-line px-4 py-2 text-12 break-words ${read.ok ? 'text-ink-3' : 'bg-fail-tint text-fail'}`}
      >
        {read.ok
          ? 'The definition as YAML, as lockstep apply reads it. Comments are not kept.'
          : read.mistake.message}
      </p>
      <div ref={host} className="min-h-0 min-w-0 grow overflow-hidden" />
    </div>
  )
}
