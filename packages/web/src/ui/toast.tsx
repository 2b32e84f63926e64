// Says at the foot of the page that something was done. Small and our own, because every screen has it.

import {
  createContext,
  useCallback,
  useContext,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react'
import { StateGlyph } from './state-glyph.tsx'
import type { ShownState } from './state.ts'

const SHOWN_MS = 5_000
const AT_ONCE_MAX = 3

export interface Told {
  /** What was done: "Approved". */
  readonly title: string
  readonly detail?: string
  readonly state?: ShownState
  /** "Take back", where there is a way back. */
  readonly action?: { readonly label: string; readonly run: () => void }
}

const TellContext = createContext<(told: Told) => void>(() => undefined)

/** Says something for five seconds; longer while the mouse or the focus is on it. */
export function useTell(): (told: Told) => void {
  return useContext(TellContext)
}

interface Shown extends Told {
  readonly id: number
}

/** Where toasts appear. Once, around everything. */
export function ToastArea({ children }: { readonly children: ReactNode }): ReactElement {
  const [shown, setShown] = useState<readonly Shown[]>([])
  const last = useRef(0)
  const tell = useCallback((told: Told) => {
    last.current += 1
    const toast = { ...told, id: last.current }
    setShown((before) => [...before, toast].slice(-AT_ONCE_MAX))
  }, [])
  const close = useCallback(
    (id: number) => setShown((before) => before.filter((toast) => toast.id !== id)),
    [],
  )
  return (
    <TellContext value={tell}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed bottom-4 left-1/2 z-50 flex w-90 max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col gap-2 max-drawer:bottom-20"
      >
        {shown.map((toast) => (
          <Toast key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </TellContext>
  )
}

function Toast({
  toast,
  onClose,
}: {
  readonly toast: Shown
  readonly onClose: (id: number) => void
}): ReactElement {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { id, title, detail, state = 'passed', action } = toast
  const stay = (): void => clearTimeout(timer.current)
  const leave = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onClose(id), SHOWN_MS)
  }, [id, onClose])
  const begin = useCallback(
    (element: HTMLDivElement | null) => {
      if (element !== null) leave()
    },
    [leave],
  )
  return (
    <div
      ref={begin}
      onPointerEnter={stay}
      onPointerLeave={leave}
      onFocus={stay}
      onBlur={leave}
      className="ls-toast-in pointer-events-auto flex items-center gap-3 rounded-3 bg-ink px-3.5 py-2.5 text-on-ink shadow-2"
    >
      <StateGlyph state={state} isDecoration />
      <div className="grow">
        <p className="font-heading">{title}</p>
        {detail !== undefined && <p className="text-12 opacity-80">{detail}</p>}
      </div>
      {action !== undefined && (
        <button
          type="button"
          className="h-7 rounded-2 border border-on-ink/25 px-2.5 font-name max-drawer:h-11"
          onClick={() => {
            onClose(id)
            action.run()
          }}
        >
          {action.label}
        </button>
      )}
    </div>
  )
}
