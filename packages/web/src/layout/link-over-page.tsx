import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { buttonClasses } from '../ui/button.tsx'
import { PlainPage } from './plain-page.tsx'

/** In the place of what a one-time link was for, when it cannot be used any more. */
export function LinkOverPage({ why }: { readonly why: string }): ReactElement {
  return (
    <PlainPage title="This link cannot be used" detail={why}>
      <p className="mt-5">
        <Link to="/" className={buttonClasses({ size: 'large' })}>
          Sign in
        </Link>
      </p>
    </PlainPage>
  )
}
