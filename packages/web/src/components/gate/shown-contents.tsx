// What a person decides about: what was on the screen when they asked to decide, and nothing that came later.

import { useState, type ReactElement } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { GateBrings } from './gate-facts.tsx'

/** The gate as it was when this was opened, and what a decision about it names; null when it lets through something else by now. */
export function useShownGate(gate: Gate): {
  readonly shown: Gate
  readonly hasChanged: boolean
  readonly covers: string | null
} {
  const [shown] = useState(gate)
  const hasChanged = shown.covers !== gate.covers
  return { shown, hasChanged, covers: hasChanged ? null : shown.covers }
}

/** Which versions go where. */
export function GateGoesOn({ gate }: { readonly gate: Gate }): ReactElement | null {
  if (gate.brings.length === 0) return null
  return (
    <>
      <p className="text-12 text-ink-2">
        {gate.next === null ? 'Ends here' : `Goes on to ${gate.next}`}
      </p>
      <GateBrings gate={gate} />
    </>
  )
}

export function ContentsChanged(): ReactElement {
  return (
    <p role="alert" className="rounded-2 border border-fail-line bg-fail-tint p-2.5 text-12">
      What this gate lets through has changed since you opened this. Go back and look again.
    </p>
  )
}
