// Who overrides a gate, and why: above the approvals that are not waited for then.

import type { ReactElement } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { Time } from '../../ui/time.tsx'

interface OverrideNoteProps {
  readonly gate: Pick<Gate, 'state'> & { readonly override: NonNullable<Gate['override']> }
  /** The name of the person who looks. */
  readonly me: string
}

export function OverrideNote({ gate, me }: OverrideNoteProps): ReactElement {
  const { by, until } = gate.override
  return (
    <div className="rounded-2 border border-wait-line bg-wait-tint p-2.5 text-12">
      <p className="flex flex-wrap justify-between gap-x-3">
        <span className="font-name">{overrideStep(gate)}</span>
        {until !== null && (
          <span className="text-ink-2">
            counts until <Time at={until} />
          </span>
        )}
      </p>
      <ul className="mt-1.5 space-y-1.5">
        {by.map(({ person, reason, at }) => (
          <li key={person}>
            <p className="flex flex-wrap justify-between gap-x-3">
              <span className="font-name break-words">{person === me ? 'You' : person}</span>
              <span className="text-ink-2">
                <Time at={at} />
              </span>
            </p>
            <p className="break-words whitespace-pre-wrap text-ink-2">“{reason}”</p>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** How far it is: somebody wants it, enough do, or the gate has passed by that. */
function overrideStep({ state, override: { by, need } }: OverrideNoteProps['gate']): string {
  if (by.length < need) return `Break-glass: ${by.length} of ${need} people`
  return state === 'passed'
    ? 'Break-glass: passed without its approvals'
    : 'Break-glass: its approvals are not waited for'
}

/** Whether one more person makes its approvals not waited for. */
export function isLastHalf({ override }: Pick<Gate, 'override'>): boolean {
  return override !== null && override.by.length + 1 >= override.need
}
