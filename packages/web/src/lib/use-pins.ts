import { useMemo, useSyncExternalStore } from 'react'
import { dropPin, parsePins, turnPin, type Pin } from './pins.ts'
import { useMe } from './session/me.ts'

const CHANGED = 'lockstep:pins'

/** What this person has pinned in this browser. */
export function usePins(): {
  readonly pins: readonly Pin[]
  /** Pins it, or takes it away; more than `PINS_MAX` are not pinned. */
  readonly turn: (pin: Pin) => void
  /** Forgets one that is not there any more, or not for this person. */
  readonly drop: (pin: Pin) => void
} {
  const key = `lockstep.pins.${useMe().id}`
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(key))
  const pins = useMemo(() => parsePins(text), [text])
  /** Of what is remembered now: several may change it before the page is drawn again. */
  const keep = (change: (now: readonly Pin[]) => readonly Pin[]): void => {
    localStorage.setItem(key, JSON.stringify(change(parsePins(localStorage.getItem(key)))))
    dispatchEvent(new Event(CHANGED))
  }
  return {
    pins,
    turn: (pin) => keep((now) => turnPin(now, pin)),
    drop: (pin) => keep((now) => dropPin(now, pin)),
  }
}

function subscribe(onChange: () => void): () => void {
  for (const name of [CHANGED, 'storage']) addEventListener(name, onChange)
  return () => {
    for (const name of [CHANGED, 'storage']) removeEventListener(name, onChange)
  }
}
