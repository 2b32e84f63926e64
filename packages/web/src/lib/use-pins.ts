import { useMemo, useSyncExternalStore } from 'react'
import { parsePins, turnPin, type Pin } from './pins.ts'
import { useMe } from './session/me.ts'

const CHANGED = 'lockstep:pins'

/** What this person has pinned in this browser. */
export function usePins(): {
  readonly pins: readonly Pin[]
  /** Pins it, or takes it away; more than `PINS_MAX` are not pinned. */
  readonly turn: (pin: Pin) => void
} {
  const key = `lockstep.pins.${useMe().id}`
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key))
  const pins = useMemo(() => parsePins(text), [text])
  return {
    pins,
    turn(pin) {
      localStorage.setItem(key, JSON.stringify(turnPin(pins, pin)))
      dispatchEvent(new Event(CHANGED))
    },
  }
}

function subscribe(onChange: () => void): () => void {
  for (const name of [CHANGED, 'storage']) addEventListener(name, onChange)
  return () => {
    for (const name of [CHANGED, 'storage']) removeEventListener(name, onChange)
  }
}
