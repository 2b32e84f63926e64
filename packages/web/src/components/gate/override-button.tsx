import { LockOpen } from 'lucide-react'
import { lazy, Suspense, useState, type ReactElement } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { Button } from '../../ui/button.tsx'

const OverrideDialog = lazy(() =>
  import('./override-dialog.tsx').then(({ OverrideDialog: it }) => ({ default: it })),
)

/** Break-glass, for those who may: a quiet button, and a dialog that says what it means. */
export function OverrideButton({
  gate,
  isOnline,
}: {
  readonly gate: Gate
  readonly isOnline: boolean
}): ReactElement {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button
        look="quiet"
        size="large"
        className="mr-auto"
        disabled={!isOnline || gate.covers === null}
        onClick={() => setIsOpen(true)}
      >
        <LockOpen size={14} aria-hidden /> Break glass…
      </Button>
      <Suspense>
        {isOpen && <OverrideDialog gate={gate} onClose={() => setIsOpen(false)} />}
      </Suspense>
    </>
  )
}
