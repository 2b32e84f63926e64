import type { ReactElement } from 'react'
import { reasonOf } from './error-card.tsx'

interface FailureProps {
  /** null: nothing has failed. */
  readonly of: Error | null
  readonly className?: string
}

/** Why what somebody asked for was not done; stands beside what they asked with. */
export function Failure({ of: error, className = '' }: FailureProps): ReactElement | null {
  if (error === null) return null
  return (
    <p role="alert" className={`text-12 break-words text-fail ${className}`}>
      {reasonOf(error)}
    </p>
  )
}
