import { Package } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ComponentDefinition } from '@lockstep/define/check'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { VersionChip } from '../../ui/version-chip.tsx'
import { mainVersion } from './main-version.ts'

const KINDS = { hosts: 'on hosts', fleet: 'on devices', store: 'in an app store' } as const

interface ComponentCardProps {
  readonly application: Defined<'application'>
  readonly component: ComponentDefinition
  readonly rows: readonly InventoryRow[]
  readonly isSelected: boolean
  readonly onSelect: () => void
}

/** A component in its tier: its version where the page looks, how it is put in place, and its processes. */
export function ComponentCard({
  application,
  component,
  rows,
  isSelected,
  onSelect,
}: ComponentCardProps): ReactElement {
  const version = mainVersion(rows)
  return (
    <li
      className={`relative flex gap-3 rounded-2 border bg-sunken p-3 hover:border-line-strong ${isSelected ? 'border-accent ring-1 ring-accent' : 'border-line'}`}
    >
      <span className="inline-flex size-6 shrink-0 items-center justify-center rounded-2 bg-hover text-ink-2">
        <Package size={14} strokeWidth={1.85} aria-hidden />
      </span>
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-2">
          <button
            type="button"
            aria-pressed={isSelected}
            onClick={onSelect}
            className="text-left font-name break-all after:absolute after:inset-0 after:rounded-2"
          >
            {component.name}
          </button>
          {version !== null && <VersionChip version={version} />}
        </span>
        <span className="block text-12 text-ink-2">{kindWords(component)}</span>
        <span className="mt-1.5 flex flex-wrap gap-1.5">
          {Object.keys(component.hosts ?? {}).map((process) => (
            <ScreenLink
              key={process}
              to="/apps/$app/processes/$process"
              params={{ app: thingPart(application), process: `${component.name}.${process}` }}
              className="relative z-1 rounded-full border border-line-strong bg-surface px-2 text-11 leading-5 text-ink-2 hover:text-ink"
            >
              {process}
            </ScreenLink>
          ))}
        </span>
      </span>
    </li>
  )
}

/** `on hosts and in an app store`. */
export function kindWords(component: ComponentDefinition): string {
  const kinds = (['hosts', 'fleet', 'store'] as const).filter((kind) => component[kind])
  return kinds.map((kind) => KINDS[kind]).join(' and ')
}
