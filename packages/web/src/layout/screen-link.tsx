import { Link, useRouter } from '@tanstack/react-router'
import type { PAGE_ADDRESSES } from '@lockstep/contract'
import type { ReactElement, ReactNode } from 'react'

export type PageAddress = (typeof PAGE_ADDRESSES)[number]

interface ScreenLinkProps {
  /** The pattern of the address: `/gates/$gate`. */
  readonly to: PageAddress
  readonly params?: Readonly<Record<string, string>>
  readonly search?: Readonly<Record<string, unknown>>
  readonly className?: string
  /** It takes the focus of a row: J and K go to it. */
  readonly isRow?: boolean
  readonly children: ReactNode
}

/** A link to a screen; only its words where that screen is not there yet. */
export function ScreenLink({
  to,
  params = {},
  search = {},
  className = '',
  isRow = false,
  children,
}: ScreenLinkProps): ReactElement {
  const row = isRow ? { 'data-row': true } : {}
  if (!useHasScreen(to)) {
    return (
      <span className={className} {...row} {...(isRow ? { tabIndex: -1 } : {})}>
        {children}
      </span>
    )
  }
  // Which screens there are is known when the page runs, so the types of the router cannot say which parameters fit.
  const link: { readonly to: string; readonly params: object; readonly search: object } = {
    to,
    params,
    search,
  }
  return (
    <Link {...link} className={className} {...row}>
      {children}
    </Link>
  )
}

/** Whether the page has a screen for this address. */
export function useHasScreen(address: PageAddress): boolean {
  const addresses: Readonly<Record<string, unknown>> = useRouter().routesByPath
  return addresses[address] !== undefined
}
