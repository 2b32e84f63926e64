import type { ReactElement } from 'react'
import { CopyButton } from './copy-button.tsx'

interface ShownOnceProps {
  readonly label: string
  readonly text: string
}

/** A secret that is shown here and never again, to be copied. */
export function ShownOnce({ label, text }: ShownOnceProps): ReactElement {
  return (
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
  )
}
