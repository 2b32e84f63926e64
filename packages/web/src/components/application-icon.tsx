import { Car, Database, Package, Smartphone, type LucideIcon } from 'lucide-react'
import { createElement, type ReactElement } from 'react'
import { shortName } from '../lib/address.ts'

/** Applications are told apart by icon and name, never by colour. A guess from the name, as long as applications choose none. */
export function iconOf(address: string): LucideIcon {
  const application = shortName(address)
  if (/firmware|vehicle|\bcar\b|device/.test(application)) return Car
  if (/backend|data|api|store/.test(application)) return Database
  if (/mobile|app|phone|ios|android/.test(application)) return Smartphone
  return Package
}

/** The icon on its tile; its name stands beside it or in its tooltip. */
export function ApplicationIcon({ application }: { readonly application: string }): ReactElement {
  return (
    <span
      title={application}
      className="inline-flex size-5.5 shrink-0 items-center justify-center rounded-2 bg-hover text-ink-2"
    >
      {createElement(iconOf(application), { size: 13, strokeWidth: 1.85, 'aria-hidden': true })}
    </span>
  )
}
