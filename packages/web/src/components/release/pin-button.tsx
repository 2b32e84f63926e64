import { Pin as PinIcon, PinOff } from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { isSamePin, PINS_MAX, type Pin } from '../../lib/pins.ts'
import { usePins } from '../../lib/use-pins.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'

/** Keeps a release in sight in the navigation, or takes it away from there. */
export function PinButton({ release }: { readonly release: Pin }): ReactElement {
  const { pins, turn } = usePins()
  const why = useId()
  const isPinned = pins.some((one) => isSamePin(one, release))
  const isFull = !isPinned && pins.length >= PINS_MAX
  const label = isPinned ? 'Unpin' : 'Pin'
  const Icon = isPinned ? PinOff : PinIcon
  useCommands(
    isFull
      ? []
      : [
          {
            id: 'pin',
            group: 'Change',
            label: `${label} ${release.title}`,
            run: () => turn(release),
          },
        ],
  )
  return (
    <span className="flex items-center gap-2">
      {isFull && (
        <span id={why} className="text-12 text-ink-3">
          {PINS_MAX} are pinned: take one away first
        </span>
      )}
      <Button
        look="quiet"
        // It can be reached, so that the reason is read out.
        aria-disabled={isFull}
        className="aria-disabled:opacity-50"
        {...(isFull
          ? { 'aria-describedby': why }
          : { title: 'In sight in the navigation, in this browser', onClick: () => turn(release) })}
      >
        <Icon size={14} aria-hidden /> <span className="max-rail:sr-only">{label}</span>
      </Button>
    </span>
  )
}
