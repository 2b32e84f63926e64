import { cloneElement, lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react'

/** One line of a menu, or a hairline between two groups. */
export type MenuEntry =
  | {
      readonly key: string
      readonly label: ReactNode
      readonly onSelect: () => void
      readonly icon?: ReactNode
      readonly hint?: ReactNode
      readonly isDisabled?: boolean
      readonly isDanger?: boolean
    }
  | 'line'

export interface MenuProps {
  /** A button. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly entries: readonly MenuEntry[]
  readonly align?: 'start' | 'end'
}

const load = (): Promise<typeof import('./menu-popup.tsx')> => import('./menu-popup.tsx')
const MenuPopup = lazy(() => load().then(({ MenuPopup: it }) => ({ default: it })))

const preload = (): void => void load().catch(() => undefined)

/** A list of actions below its button. What draws it is loaded when somebody comes near, so that no page waits for it. */
export function Menu({ trigger, entries, align = 'end' }: MenuProps): ReactElement {
  const [isWanted, setIsWanted] = useState(false)
  const closed = cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: preload,
    onFocus: preload,
    onClick: () => setIsWanted(true),
  })
  if (!isWanted) return closed
  return (
    <Suspense fallback={closed}>
      <MenuPopup trigger={trigger} entries={entries} align={align} />
    </Suspense>
  )
}
