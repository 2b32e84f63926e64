import { Plus } from 'lucide-react'
import type { ReactElement } from 'react'
import { KIND_WORDS } from '../../components/pipeline/part-fields.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'

interface AddMenuProps {
  readonly label: string
  readonly kinds: readonly string[]
  readonly onAdd: (kind: string) => void
}

/** A choice of what to add. */
export function AddMenu({ label, kinds, onAdd }: AddMenuProps): ReactElement {
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" size="small">
          <Plus size={13} aria-hidden /> {label}
        </Button>
      }
      entries={kinds.map((kind) => ({
        key: kind,
        label: KIND_WORDS[kind] ?? kind,
        onSelect: () => onAdd(kind),
      }))}
    />
  )
}
