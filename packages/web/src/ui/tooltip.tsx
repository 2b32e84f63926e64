import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

interface TooltipProps {
  /** Takes the focus too, so that the words are not for the mouse alone. */
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly side?: 'top' | 'right' | 'bottom'
}

/** A few words about something, on hover and focus. */
export function Tooltip({ trigger, children, side = 'top' }: TooltipProps): ReactElement {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} side={side} className="z-50">
          <Base.Popup className="max-w-80 rounded-2 bg-ink px-2 py-1 text-12 text-on-ink shadow-2">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
