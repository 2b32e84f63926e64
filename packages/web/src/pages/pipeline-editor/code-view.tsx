import { useState, type ReactElement } from 'react'
import { isFields, type Json } from '../../components/pipeline/pipeline-parts.ts'

interface CodeViewProps {
  readonly pipeline: Json
  readonly onEdit: (pipeline: Json) => void
}

/** The same draft as JSON. What is no JSON yet changes nothing, and says so. */
export function CodeView({ pipeline, onEdit }: CodeViewProps): ReactElement {
  const now = JSON.stringify(pipeline, null, 2)
  const [typed, setTyped] = useState<{ readonly text: string; readonly of: string } | null>(null)
  const text = typed !== null && typed.of === now ? typed.text : now
  const [why, setWhy] = useState<string | null>(null)
  const write = (next: string): void => {
    const read = readCode(next)
    if (read.ok) {
      setWhy(null)
      setTyped({ text: next, of: JSON.stringify(read.value, null, 2) })
      onEdit(read.value)
    } else {
      setWhy(read.why)
      setTyped({ text: next, of: now })
    }
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      <p
        role="status"
        className={`border-b border-line px-4 py-2 text-12 ${why === null ? 'text-ink-3' : 'bg-fail-tint text-fail'}`}
      >
        {why ?? 'The definition as JSON, as lockstep apply sends it.'}
      </p>
      <textarea
        aria-label="Definition as JSON"
        value={text}
        spellCheck={false}
        wrap="off"
        onChange={(event) => write(event.currentTarget.value)}
        className="min-h-0 grow resize-none bg-surface p-4 font-mono text-12 -outline-offset-2"
      />
    </div>
  )
}

function readCode(
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly why: string } {
  try {
    const value: Json = JSON.parse(text)
    if (!isFields(value)) return { ok: false, why: 'A definition is an object: { … }.' }
    return { ok: true, value }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read'
    return { ok: false, why: `This is not JSON yet: ${reason}` }
  }
}
