import { Dialog } from '@base-ui/react/dialog'
import type { ReactElement } from 'react'
import { BACKDROP } from '../ui/raised.ts'
import { Navigation } from './navigation.tsx'

interface DrawerProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onJump: () => void
}

/** The navigation below 1024 px. */
export function Drawer({ isOpen, onClose, onJump }: DrawerProps): ReactElement {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup
          aria-label="Navigation"
          className="fixed inset-y-0 left-0 z-50 w-64 border-r border-line bg-bg shadow-2 outline-none"
        >
          <Navigation isRail={false} onJump={onJump} onGo={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
