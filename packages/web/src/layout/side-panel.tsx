import { X } from 'lucide-react'
import { useId, type ReactElement, type ReactNode } from 'react'
import { useKeys } from '../lib/keys/use-keys.ts'
import { Button } from '../ui/button.tsx'

interface SidePanelProps {
  readonly title: string
  readonly detail?: ReactNode
  /** A glyph before the title. */
  readonly glyph?: ReactNode
  readonly onClose: () => void
  /** What stays in sight at its foot: comment and buttons of a gate. */
  readonly foot?: ReactNode
  /** 292 to 372 px. */
  readonly width?: 'narrow' | 'wide'
  readonly children: ReactNode
}

/** About what is selected: a column from 1280 px on, a sheet over the page below, a page of its own on phones. */
export function SidePanel({
  title,
  detail,
  glyph,
  onClose,
  foot,
  width = 'wide',
  children,
}: SidePanelProps): ReactElement {
  const id = useId()
  useKeys([{ keys: 'escape', label: 'Close the panel', group: 'On this page', run: onClose }])
  const size = width === 'wide' ? 'w-93 full:w-82' : 'w-80 full:w-73'
  return (
    <aside
      aria-labelledby={id}
      className={`ls-panel-in flex shrink-0 flex-col border-l border-line bg-surface max-full:fixed max-full:inset-y-0 max-full:right-0 max-full:z-30 max-full:shadow-2 max-drawer:inset-0 max-drawer:w-full max-drawer:border-0 full:sticky full:top-11.5 full:max-h-[calc(100dvh-46px)] ${size}`}
    >
      <header className="flex items-start gap-3 border-b border-line p-4">
        {glyph}
        <div className="min-w-0 grow">
          <h2 id={id} className="text-16">
            {title}
          </h2>
          {detail !== undefined && <div className="text-12 text-ink-2">{detail}</div>}
        </div>
        <Button look="quiet" size="icon" aria-label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </Button>
      </header>
      <div className="min-h-0 grow overflow-y-auto">{children}</div>
      {foot !== undefined && (
        <footer className="border-t border-line p-4 pb-[max(16px,env(safe-area-inset-bottom))]">
          {foot}
        </footer>
      )}
    </aside>
  )
}

/** A part of a panel, with a hairline below. */
export function PanelSection({
  title,
  count,
  children,
}: {
  readonly title: string
  readonly count?: ReactNode
  readonly children: ReactNode
}): ReactElement {
  return (
    <section aria-label={title} className="border-b border-line p-4 last:border-b-0">
      <h3 className="mb-2 text-13">
        {title}{' '}
        {count !== undefined && <span className="ml-1 font-normal text-ink-3">{count}</span>}
      </h3>
      {children}
    </section>
  )
}
