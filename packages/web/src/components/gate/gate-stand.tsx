import type { ReactElement } from 'react'
import type { Gate } from '../../lib/waiting.ts'
import { Duration, Time } from '../../ui/time.tsx'
import { standOf } from './gate-words.ts'

/** "waits 42 min · expires Wed 06:00". */
export function GateStand({ gate }: { readonly gate: Gate }): ReactElement {
  const { state, held, since, until } = gate
  const isNow = state === 'waiting' || state === 'checking' || held !== null
  return (
    <span>
      {standOf(gate)} {isNow ? <Duration from={since} /> : <Time at={since} />}
      {until !== null && state === 'waiting' && (
        <>
          {' · expires '}
          <Time at={until} />
        </>
      )}
    </span>
  )
}
