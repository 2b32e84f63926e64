import { useRef, useState, type DragEvent, type HTMLAttributes } from 'react'
import { isWithin, wayText, type Way } from './pipeline-parts.ts'

const DRAGGED = 'application/x-lockstep-part'

/** Where a part goes: left of one, above one, or at the end of its list. */
export type DragAxis = 'across' | 'down' | 'end'

export interface DragParts {
  /** Whether anything can be dragged here. */
  readonly isOn: boolean
  /** For what a part is dragged by. */
  grip(way: Way): HTMLAttributes<HTMLElement>
  /** For what stands at a place: a part let go over its first half goes before it, over the second behind it. */
  place(way: Way, axis: DragAxis): HTMLAttributes<HTMLElement>
  /** For what is around all places: beside them nothing is aimed at. */
  readonly around: HTMLAttributes<HTMLElement>
  /** Whether what is dragged now would go there. */
  isAimedAt(way: Way): boolean
}

/** Dragging of stages and tasks. Without `onMove` nothing can be dragged. */
export function useDragParts(onMove?: (from: Way, place: Way) => void): DragParts {
  const dragged = useRef<Way>(undefined)
  const [aim, setAim] = useState<string>()
  if (onMove === undefined) return STILL
  const aimOf = (event: DragEvent<HTMLElement>, way: Way, axis: DragAxis): Way | undefined => {
    const { current: from } = dragged
    if (from === undefined || from.at(-2) !== way.at(-2)) return undefined
    return axis !== 'end' && isPastMiddle(event, axis) ? behind(way) : way
  }
  const end = (): void => {
    dragged.current = undefined
    setAim(undefined)
  }
  return {
    isOn: true,
    grip: (way) => ({
      draggable: true,
      onDragStart(event) {
        event.stopPropagation()
        dragged.current = way
        event.dataTransfer.effectAllowed = 'move'
        // Not as text: a text field would take it.
        event.dataTransfer.setData(DRAGGED, wayText(way))
        const card = event.currentTarget.parentElement
        if (card !== null) event.dataTransfer.setDragImage(card, 12, 12)
      },
      onDragEnd: end,
    }),
    place: (way, axis) => ({
      onDragOver(event) {
        const to = aimOf(event, way, axis)
        if (to === undefined) return
        event.stopPropagation()
        // Over itself it stays where it is; what is around it must not take it.
        if (dragged.current !== undefined && isWithin(way, dragged.current)) {
          setAim(undefined)
          return
        }
        event.preventDefault()
        setAim(wayText(to))
      },
      onDrop(event) {
        const [from, to] = [dragged.current, aimOf(event, way, axis)]
        if (from === undefined || to === undefined) return
        event.preventDefault()
        event.stopPropagation()
        end()
        onMove(from, to)
      },
    }),
    around: {
      onDragOver: () => setAim(undefined),
      onDragLeave({ currentTarget, relatedTarget }) {
        const isInside = relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
        if (!isInside) setAim(undefined)
      },
    },
    isAimedAt: (way) => aim === wayText(way),
  }
}

const STILL: DragParts = {
  isOn: false,
  grip: () => ({}),
  place: () => ({}),
  around: {},
  isAimedAt: () => false,
}

function isPastMiddle(event: DragEvent<HTMLElement>, axis: 'across' | 'down'): boolean {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
  return axis === 'across' ? event.clientX > left + width / 2 : event.clientY > top + height / 2
}

function behind(way: Way): Way {
  return [...way.slice(0, -1), Number(way.at(-1)) + 1]
}
