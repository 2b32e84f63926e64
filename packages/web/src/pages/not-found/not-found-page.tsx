import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { buttonClasses } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'

interface NotFoundPageProps {
  /** "There is no release “x”": says more where the screen knows more. */
  readonly title?: string
  readonly children?: ReactNode
  /** The list to look in. */
  readonly list?: { readonly to: string; readonly label: string }
}

/** Nothing is at this address. */
export function NotFoundPage({ title, children, list }: NotFoundPageProps): ReactElement {
  return (
    <main id="content" className="mx-auto flex min-h-[60vh] max-w-160 flex-col justify-center">
      <h1 className="sr-only">Not found</h1>
      <Empty
        title={title ?? 'There is nothing at this address'}
        actions={
          <>
            {list !== undefined && (
              <Link to={list.to} className={buttonClasses({ look: 'secondary' })}>
                {list.label}
              </Link>
            )}
            <Link
              to="/"
              className={buttonClasses({ look: list === undefined ? 'secondary' : 'quiet' })}
            >
              Home
            </Link>
          </>
        }
      >
        {children ??
          'The link may be mistyped, or what was here has another name now, or you may not see it.'}
      </Empty>
    </main>
  )
}
