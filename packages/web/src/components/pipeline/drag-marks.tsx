// What shows that a part can be dragged, and where it would go.

import { GripVertical } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Way } from './pipeline-parts.ts'
import type { DragAxis, DragParts } from './use-drag-parts.ts'

interface MarkProps {
  readonly drag: DragParts
  readonly way: Way
}

/** What a part is dragged by. By keyboard it is moved with the arrows; this says nothing there. */
export function Grip({
  drag,
  way,
  className,
}: MarkProps & { readonly className: string }): ReactElement | null {
  if (!drag.isOn) return null
  return (
    <span
      {...drag.grip(way)}
      aria-hidden
      title="Drag it to another place"
      className={`absolute flex cursor-grab text-ink-3 hover:text-ink active:cursor-grabbing ${className}`}
    >
      <GripVertical size={14} />
    </span>
  )
}

const LINES: Readonly<Record<DragAxis, string>> = {
  across: 'inset-y-0 -left-2.5 w-0.5',
  down: 'inset-x-0 top-0.75 h-0.5',
  end: 'inset-x-0 top-0.75 h-0.5',
}

/** The line where what is dragged would stand. */
export function DropLine({
  drag,
  way,
  axis,
  isFirst = false,
}: MarkProps & { readonly axis: DragAxis; readonly isFirst?: boolean }): ReactElement | null {
  if (!drag.isAimedAt(way)) return null
  const line = (
    <span
      aria-hidden
      className={`absolute z-1 rounded-full bg-accent ${isFirst ? 'inset-x-0 -top-1.5 h-0.5' : LINES[axis]}`}
    />
  )
  return axis === 'end' ? <span className="relative block h-0">{line}</span> : line
}
