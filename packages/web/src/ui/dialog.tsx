import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactElement, ReactNode, RefObject } from 'react'
import { buttonClasses } from './button.tsx'
import { BACKDROP } from './raised.ts'

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  /** One sentence below the title. */
  readonly detail?: ReactNode
  readonly children?: ReactNode
  /** Buttons; the one that does it stands last. */
  readonly actions?: ReactNode
  /** Gets the focus; of a drastic dialog it is the safe button. */
  readonly focusFirst?: RefObject<HTMLElement | null>
  readonly size?: 'normal' | 'wide'
}

/** Traps the focus and gives it back. On phones it rises from the foot. */
export function Dialog({
  isOpen,
  onClose,
  title,
  detail,
  children,
  actions,
  focusFirst,
  size = 'normal',
}: DialogProps): ReactElement {
  const width = size === 'wide' ? 'max-w-160' : 'max-w-110'
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup
          {...(focusFirst === undefined ? {} : { initialFocus: focusFirst })}
          className={`fixed top-[14vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col rounded-4 border border-line bg-raised p-5 shadow-2 max-drawer:top-auto max-drawer:bottom-0 max-drawer:w-full max-drawer:rounded-b-none max-drawer:pb-[max(20px,env(safe-area-inset-bottom))] ${width}`}
        >
          <div className="flex items-start gap-3">
            <div className="min-w-0 grow">
              <Base.Title className="text-16">{title}</Base.Title>
              {detail !== undefined && (
                <Base.Description className="mt-0.5 text-12 text-pretty text-ink-2">
                  {detail}
                </Base.Description>
              )}
            </div>
            <Base.Close
              aria-label="Close"
              className={buttonClasses({ look: 'quiet', size: 'icon' })}
            >
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          <div className="-mx-1 mt-3 min-h-0 overflow-y-auto px-1 pb-1">{children}</div>
          {actions !== undefined && (
            <footer className="mt-5 flex flex-wrap justify-end gap-2">{actions}</footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
