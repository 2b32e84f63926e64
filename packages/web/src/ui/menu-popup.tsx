import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement } from 'react'
import type { MenuEntry, MenuProps } from './menu.tsx'
import { RAISED } from './raised.ts'

/** The menu itself; it opens as soon as it is there. */
export function MenuPopup({ trigger, entries, align }: Required<MenuProps>): ReactElement {
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className="z-50">
          <Base.Popup className={`${RAISED} min-w-44 p-1`}>
            {entries.map((entry, at) => (
              <Entry key={entry === 'line' ? `line ${at}` : entry.key} entry={entry} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Entry({ entry }: { readonly entry: MenuEntry }): ReactElement {
  if (entry === 'line') return <Base.Separator className="my-1 h-px bg-line" />
  const { label, icon, hint, onSelect, isDisabled = false, isDanger = false } = entry
  return (
    <Base.Item
      onClick={onSelect}
      disabled={isDisabled}
      className={`flex h-7 items-center gap-2 rounded-2 px-2 outline-none select-none data-disabled:text-ink-3 data-highlighted:bg-hover max-drawer:h-11 ${isDanger ? 'text-fail' : ''}`}
    >
      {icon}
      <span className="grow">{label}</span>
      {hint !== undefined && <span className="text-12 text-ink-3">{hint}</span>}
    </Base.Item>
  )
}
