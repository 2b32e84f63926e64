import { Refused, Unreachable } from '@lockstep/client'
import { Check, Copy } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { Button } from './button.tsx'
import { StateGlyph } from './state-glyph.tsx'
import { Time } from './time.tsx'

interface ErrorCardProps {
  /** "Releases could not be loaded". */
  readonly what: string
  readonly error: unknown
  /** When the data below was read, if there is any. */
  readonly readAt?: number | undefined
  readonly onRetry?: (() => void) | undefined
}

/** In place of a part that failed: what, why, since when, and how to go on. The rest of the page stays. */
export function ErrorCard({ what, error, readAt, onRetry }: ErrorCardProps): ReactElement {
  const id = error instanceof Refused ? error.requestId : undefined
  return (
    <div
      role="alert"
      className="m-3 flex gap-3 rounded-2 border border-fail-line bg-fail-tint p-3.5"
    >
      <StateGlyph state="failed" isDecoration />
      <div className="min-w-0">
        <p className="font-heading">{what}</p>
        <p className="text-12 text-ink-2">
          {reasonOf(error)}
          {readAt !== undefined && (
            <>
              {' '}
              You see what was read at <Time at={readAt} />.
            </>
          )}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
          {id !== undefined && <CopyId id={id} />}
        </div>
      </div>
    </div>
  )
}

/** Why, in a sentence that says what to do where that is known. */
export function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  if (error instanceof Unreachable) return 'The server cannot be reached.'
  return 'Something went wrong in this page.'
}

function CopyId({ id }: { readonly id: string }): ReactElement {
  const [isCopied, setIsCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id)
    setIsCopied(true)
  }
  return (
    <Button look="quiet" onClick={() => void copy()}>
      {isCopied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      {isCopied ? 'Copied' : 'Copy id'} <span className="font-mono text-12">{id.slice(-6)}</span>
    </Button>
  )
}
