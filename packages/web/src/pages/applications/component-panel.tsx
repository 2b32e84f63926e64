import { Waypoints } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type { ComponentDefinition } from '@lockstep/define/check'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { thingPart } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import type { InventoryRow } from '../../lib/inventory.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { worstOf } from '../../ui/state.ts'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { stateOf } from '../environments/inventory-matrix.ts'
import { counted } from '../../ui/counted.ts'
import { kindWords } from './component-card.tsx'
import { mainVersion } from './main-version.ts'
import { PlaceChoice, RunsOnTable } from './runs-on-table.tsx'
import type { MappedEnvironment } from './tier-map.ts'

interface ComponentPanelProps {
  readonly application: Defined<'application'>
  readonly component: ComponentDefinition
  readonly tier: string
  readonly mapped: readonly MappedEnvironment[]
  readonly shown: MappedEnvironment | undefined
  readonly onMap: ((tier: string, place: string) => void) | undefined
  /** Of this component, everywhere. */
  readonly rows: readonly InventoryRow[]
  readonly onClose: () => void
}

/** One component: its bits, its processes, the places of its application, and where it was deployed last. */
export function ComponentPanel({
  application,
  component,
  tier,
  mapped,
  shown,
  onMap,
  rows,
  onClose,
}: ComponentPanelProps): ReactElement {
  const inShown = rows.filter(({ environmentName, project }) =>
    isIn(shown, project, environmentName),
  )
  const version = mainVersion(inShown)
  const placed = application.body.tiers.find(({ name }) => name === tier)
  const digest = inShown.find(({ reported }) => reported?.version === version)?.reported?.digest
  const contracts = [
    ...Object.entries(component.provides).map(
      ([name, range]) => ['provides', name, range] as const,
    ),
    ...Object.entries(component.requires).map(
      ([name, range]) => ['requires', name, range] as const,
    ),
  ]
  return (
    <SidePanel title={component.name} detail={`component in ${tier}`} onClose={onClose}>
      <PanelSection title={`In ${shown?.title ?? 'no environment'}`}>
        <dl className="space-y-1.5">
          <Fact name="Version">
            {version === null ? 'none yet' : <VersionChip version={version} />}
          </Fact>
          {digest !== undefined && (
            <Fact name="Digest">
              <span className="font-mono text-12" title={digest}>
                {digest.slice(0, 15)}…{digest.slice(-4)}
              </span>
            </Fact>
          )}
          <Fact name="Put in place">{kindWords(component)}</Fact>
        </dl>
      </PanelSection>
      {component.hosts !== undefined && (
        <PanelSection title="Processes">
          <ul>
            {Object.entries(component.hosts).map(([name, steps]) => (
              <li key={name}>
                <ScreenLink
                  to="/apps/$app/processes/$process"
                  params={{ app: thingPart(application), process: `${component.name}.${name}` }}
                  className="-mx-2 flex h-8 items-center gap-2.5 rounded-2 px-2 hover:bg-hover"
                >
                  <Waypoints size={14} aria-hidden className="text-ink-3" />
                  <span className="font-name">{name}</span>
                  <span className="text-ink-3">{counted(steps.length, 'step')}</span>
                </ScreenLink>
              </li>
            ))}
          </ul>
        </PanelSection>
      )}
      <PanelSection title="Runs on, by environment">
        <div className="-mx-4 -mb-4">
          <RunsOnTable
            label="Places of all tiers"
            application={application}
            mapped={mapped}
            shown={shown}
            isNarrow
          />
          {placed !== undefined && shown !== undefined && onMap !== undefined && (
            <div className="border-t border-line px-4 pt-3 pb-4">
              <PlaceChoice tier={placed} shown={shown} onMap={onMap} isLabelHidden={false} />
            </div>
          )}
        </div>
      </PanelSection>
      {contracts.length > 0 && (
        <PanelSection title="Contracts">
          <dl className="space-y-1.5">
            {contracts.map(([verb, name, range]) => (
              <Fact key={`${verb} ${name}`} name={name}>
                {verb} <span className="font-mono text-12">{range}</span>
              </Fact>
            ))}
          </dl>
        </PanelSection>
      )}
      <PanelSection title="Last deployed">
        <ul className="space-y-1.5">
          {mapped.map((one) => {
            const own = rows.filter((row) => isIn(one, row.project, row.environmentName))
            const newest = own.toSorted((a, b) => Date.parse(b.since) - Date.parse(a.since))[0]
            return (
              <li key={one.address} className="flex items-center gap-2">
                <span className="grow">{one.title}</span>
                {newest === undefined ? (
                  <span className="text-ink-3">none yet</span>
                ) : (
                  <>
                    <StateGlyph state={worstOf(own.map(stateOf))} size={14} />
                    <Time at={newest.since} />
                    <span className="font-mono text-12">{mainVersion(own)}</span>
                  </>
                )}
              </li>
            )
          })}
        </ul>
      </PanelSection>
    </SidePanel>
  )
}

function isIn(one: MappedEnvironment | undefined, project: string, name: string): boolean {
  return one?.environment.project === project && one.environment.name === name
}

function Fact({
  name,
  children,
}: {
  readonly name: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-ink-2">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  )
}
