import type { ReactElement } from 'react'
import { initialsOf } from './initials.ts'

interface AvatarProps {
  readonly name: string
  /** 20 to 28 px. */
  readonly size?: 'small' | 'normal'
  /** The name stands beside it. */
  readonly isDecoration?: boolean
}

/** The initials of a person; the name stands in its tooltip, and beside it wherever there is room. */
export function Avatar({ name, size = 'normal', isDecoration = false }: AvatarProps): ReactElement {
  const box = size === 'small' ? 'size-5' : 'size-6'
  return (
    <span
      title={name}
      {...(isDecoration ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
      className={`inline-flex ${box} shrink-0 items-center justify-center rounded-full bg-active text-[9.5px] font-heading text-ink-2`}
    >
      {initialsOf(name)}
    </span>
  )
}
