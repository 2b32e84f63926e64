import { useId, useRef, type ReactElement, type ReactNode, type RefObject } from 'react'
import { useKeys } from '../lib/keys/use-keys.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Failure } from './failure.tsx'

/** How the server answers: it waits while that is pending, and says why it was refused. */
export interface Asked {
  readonly isPending: boolean
  readonly error: Error | null
}

interface ActDialogProps {
  readonly title: string
  /** One sentence below the title. */
  readonly detail?: ReactNode
  readonly size?: 'normal' | 'wide'
  /** What does it, as the button says it: "Make the group". */
  readonly act: string
  /** What leaves everything as it is. */
  readonly leave?: string
  /** It cannot be taken back: the safe button has the focus. */
  readonly isDrastic?: boolean
  /** Whether everything is there that it needs. */
  readonly isReady?: boolean
  readonly mutation: Asked
  /** A few words before the buttons. */
  readonly note?: ReactNode
  readonly focusFirst?: RefObject<HTMLElement | null>
  readonly onClose: () => void
  readonly onAct: () => void
  /** Fields, or what the act means. */
  readonly children?: ReactNode
}

/** Asks before something is done. The button, Enter in a line of text, and ⌘↵ do it, once. */
export function ActDialog({
  title,
  detail,
  size = 'normal',
  act,
  leave = 'Not now',
  isDrastic = false,
  isReady = true,
  mutation: { isPending, error },
  note,
  focusFirst,
  onClose,
  onAct,
  children,
}: ActDialogProps): ReactElement {
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const safe = useRef<HTMLButtonElement>(null)
  const first = isDrastic ? safe : focusFirst
  useKeys([
    {
      keys: 'mod+enter',
      label: act,
      group: 'In this dialog',
      run: () => form.current?.requestSubmit(),
    },
  ])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      detail={detail}
      size={size}
      {...(first === undefined ? {} : { focusFirst: first })}
      actions={
        <>
          {note !== undefined && (
            <span className="mr-auto self-center text-12 text-ink-3">{note}</span>
          )}
          <Button ref={safe} size="large" onClick={onClose}>
            {leave}
          </Button>
          <Button
            type="submit"
            form={id}
            size="large"
            look={isDrastic ? 'destructive' : 'primary'}
            isBusy={isPending}
            disabled={!isReady}
          >
            {act}
          </Button>
        </>
      }
    >
      <form
        id={id}
        ref={form}
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !isPending) onAct()
        }}
      >
        {children}
        <Failure of={error} />
      </form>
    </Dialog>
  )
}
