import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { RAISED } from './raised.ts'

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactElement
  readonly title?: string
  readonly children: ReactNode
  readonly isOpen?: boolean
  readonly onOpenChange?: (isOpen: boolean) => void
}

/** Something small beside its button. */
export function Popover({
  trigger,
  title,
  children,
  isOpen,
  onOpenChange,
}: PopoverProps): ReactElement {
  return (
    <Base.Root
      {...(isOpen === undefined ? {} : { open: isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange: (open) => onOpenChange(open) })}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="z-50">
          <Base.Popup className={`${RAISED} max-w-[calc(100vw-24px)] min-w-60 p-4`}>
            {title !== undefined && <Base.Title className="text-14">{title}</Base.Title>}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
