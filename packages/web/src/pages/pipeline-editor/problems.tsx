import type { ReactElement } from 'react'
import { parseWay, wayText, type Json, type Way } from '../../components/pipeline/pipeline-parts.ts'
import { Button } from '../../ui/button.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { Popover } from '../../ui/popover.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { partAround } from './marks.ts'
import type { Checked, DraftCheck } from '../../components/definition/use-check.ts'

interface ProblemsProps {
  readonly pipeline: Json
  readonly check: DraftCheck
  /** The code says something that cannot be read: what is checked is the draft from before. */
  readonly isUnread: boolean
  readonly onSelect: (way: Way | undefined) => void
}

/** Whether the draft is valid; otherwise what is wrong, each leading to its place. */
export function Problems({ pipeline, check, isUnread, onSelect }: ProblemsProps): ReactElement {
  const { checked, isFresh, error } = check
  if (isUnread) return <Said state="warning">The code cannot be read</Said>
  if (error !== null && error !== undefined) {
    return (
      <Popover
        title="It could not be checked"
        trigger={
          <Button look="quiet" className="text-fail!">
            <StateGlyph state="failed" size={14} isDecoration /> Not accepted
          </Button>
        }
      >
        <p className="mt-2 w-90 max-w-full text-12 [overflow-wrap:anywhere]">{reasonOf(error)}</p>
      </Popover>
    )
  }
  if (checked === undefined || !isFresh) return <Said state="running">Checking</Said>
  const { mistakes } = checked
  if (mistakes.length === 0) return <Said state="passed">Valid</Said>
  return (
    <Popover
      title="What is wrong"
      trigger={
        <Button look="quiet" className="text-fail!">
          <StateGlyph state="failed" size={14} isDecoration />
          {mistakes.length} {mistakes.length === 1 ? 'problem' : 'problems'}
        </Button>
      }
    >
      <ul className="mt-2 max-h-80 w-90 max-w-full space-y-1.5 overflow-y-auto">
        {mistakes.map((mistake, at) => (
          <li key={at}>
            <Mistake pipeline={pipeline} mistake={mistake} onSelect={onSelect} />
          </li>
        ))}
      </ul>
    </Popover>
  )
}

function Mistake({
  pipeline,
  mistake: { at, path, message, right },
  onSelect,
}: Pick<ProblemsProps, 'pipeline' | 'onSelect'> & {
  readonly mistake: Checked['mistakes'][number]
}): ReactElement {
  const words = (
    <>
      <span className="block [overflow-wrap:anywhere]">{message}</span>
      {right !== null && <span className="block text-12 text-ink-2">{right}</span>}
      <span className="block font-mono text-11 [overflow-wrap:anywhere] text-ink-3">{path}</span>
    </>
  )
  if (at === null) return <div className="px-2 py-1.5">{words}</div>
  return (
    <button
      type="button"
      onClick={() => onSelect(partAround(pipeline, at)?.way ?? parseWay(wayText(at.slice(0, 2))))}
      className="w-full rounded-2 px-2 py-1.5 text-left hover:bg-hover"
    >
      {words}
    </button>
  )
}

function Said({
  state,
  children,
}: {
  readonly state: 'passed' | 'running' | 'warning'
  readonly children: string
}): ReactElement {
  return (
    <span
      role="status"
      className={`flex items-center gap-1.5 text-12 ${state === 'passed' ? 'text-ok' : 'text-ink-2'}`}
    >
      <StateGlyph state={state} size={14} isDecoration />
      {children}
    </span>
  )
}
