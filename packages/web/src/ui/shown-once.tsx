import type { ReactElement, ReactNode } from 'react'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'

interface ShownOnceProps {
  readonly title: string
  /** How long it works. */
  readonly detail: ReactNode
  readonly size?: 'normal' | 'wide'
  /** What the secret is. */
  readonly label: string
  readonly text: string
  readonly onClose: () => void
  /** What to do with it. */
  readonly children?: ReactNode
}

/** Shows a secret to be copied, here and never again. */
export function ShownOnce({
  title,
  detail,
  size = 'normal',
  label,
  text,
  onClose,
  children,
}: ShownOnceProps): ReactElement {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size={size}
      title={title}
      detail={detail}
      actions={
        <Button size="large" onClick={onClose}>
          Done
        </Button>
      }
    >
      <figure className="m-0 rounded-2 border border-line-strong bg-sunken">
        <figcaption className="flex items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-2.5 text-12 text-ink-2">
          {label}
          <CopyButton text={text} label={`Copy: ${label}`}>
            Copy
          </CopyButton>
        </figcaption>
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label={label}
          className="overflow-x-auto p-2.5 whitespace-pre-wrap break-all select-all"
        >
          {text}
        </pre>
      </figure>
      {children !== undefined && <p className="mt-3 text-12 text-ink-2">{children}</p>}
    </Dialog>
  )
}
