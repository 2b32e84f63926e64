import { Pin as PinIcon, PinOff } from 'lucide-react'
import type { ReactElement } from 'react'
import { isSamePin, PINS_MAX, type Pin } from '../../lib/pins.ts'
import { usePins } from '../../lib/use-pins.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'

/** Keeps a release in sight in the navigation, or takes it away from there. */
export function PinButton({ release }: { readonly release: Pin }): ReactElement {
  const { pins, turn } = usePins()
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
    <Button
      look="quiet"
      aria-pressed={isPinned}
      disabled={isFull}
      title={
        isFull
          ? `${PINS_MAX} are pinned: take one away first`
          : 'In sight in the navigation, in this browser'
      }
      onClick={() => turn(release)}
    >
      <Icon size={14} aria-hidden /> <span className="max-rail:sr-only">{label}</span>
    </Button>
  )
}
