import { Rocket } from 'lucide-react'
import { useState, type ReactElement, type ReactNode } from 'react'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import type { Defined } from '../../lib/definitions.ts'
import { useCommands } from '../../palette/command-registry.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Select } from '../../ui/select.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { shortDigest, sizeWords } from './compare-snapshots.ts'
import { PromoteDialog } from './promote-dialog.tsx'
import { madeByWords } from './made-by-words.ts'
import type { Snapshot } from './snapshots-query.ts'
import type { MappedEnvironment } from './tier-map.ts'

interface SnapshotPanelProps {
  readonly application: Defined<'application'>
  readonly snapshot: Snapshot
  readonly others: readonly Snapshot[]
  /** The one that it is compared with. */
  readonly compared: Snapshot | undefined
  /** Where it runs now. */
  readonly places: readonly MappedEnvironment[]
  readonly onCompare: (version: string | null) => void
  readonly onClose: () => void
}

/** What is in a snapshot, byte for byte, and how it goes on. */
export function SnapshotPanel({
  application,
  snapshot,
  others,
  compared,
  places,
  onCompare,
  onClose,
}: SnapshotPanelProps): ReactElement {
  const [isPromoting, setIsPromoting] = useState(false)
  const { version, digest, components, processes, madeBy, at } = snapshot
  useCommands([
    {
      id: 'promote',
      group: 'Here',
      label: `Promote ${version}…`,
      run: () => setIsPromoting(true),
    },
  ])
  return (
    <SidePanel
      title={version}
      detail={
        <>
          {madeBy === null ? 'taken of what ran' : madeByWords(madeBy)}, <Time at={at} />
        </>
      }
      onClose={onClose}
      foot={
        <Button size="large" look="primary" onClick={() => setIsPromoting(true)} className="w-full">
          <Rocket size={14} aria-hidden /> Promote…
        </Button>
      }
    >
      <PanelSection title="Digest">
        <DigestLine digest={digest} />
      </PanelSection>
      <PanelSection title="Runs in" count={places.length}>
        {places.length === 0 ? (
          <p className="text-12 text-ink-2">It runs nowhere now.</p>
        ) : (
          <ul className="space-y-1">
            {places.map(({ address, title }) => (
              <li key={address} className="flex items-center gap-2">
                <StateGlyph state="passed" size={14} isDecoration /> {title}
              </li>
            ))}
          </ul>
        )}
      </PanelSection>
      <PanelSection title="Compare with">
        <Select
          label="Another snapshot"
          isLabelHidden
          value={compared?.version ?? ''}
          options={[
            { value: '', label: 'Choose…' },
            ...others.map((one) => ({ value: one.version, label: one.version })),
          ]}
          onChange={(value) => onCompare(value === '' ? null : value)}
        />
      </PanelSection>
      <PanelSection title="Components" count={components.length}>
        <ul className="space-y-3">
          {components.map((component) => (
            <li key={component.name}>
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-name break-all">{component.name}</span>
                <VersionChip version={component.version} />
                <span className="ml-auto text-12 text-ink-3">{sizeWords(component.sizeBytes)}</span>
              </span>
              <DigestLine digest={component.digest} />
              <Contracts word="Provides" of={component.provides} />
              <Contracts word="Requires" of={component.requires} />
            </li>
          ))}
        </ul>
      </PanelSection>
      <PanelSection title="Processes" count={Object.keys(processes).length}>
        <p className="mb-2 text-12 text-ink-2">
          Frozen with it: a promotion runs these, whatever the definition says by then.
        </p>
        <ul className="space-y-1">
          {Object.entries(processes).map(([name, one]) => (
            <li key={name}>
              <span className="font-name break-all">{name}</span>
              <DigestLine digest={one} />
            </li>
          ))}
        </ul>
      </PanelSection>
      {isPromoting && (
        <PromoteDialog
          application={application}
          snapshot={snapshot}
          onClose={() => setIsPromoting(false)}
        />
      )}
    </SidePanel>
  )
}

function DigestLine({ digest }: { readonly digest: string }): ReactElement {
  return (
    <span className="flex items-center gap-1 font-mono text-12 text-ink-2">
      <span title={digest}>{shortDigest(digest)}</span>
      <CopyButton text={digest} label="Copy the digest" />
    </span>
  )
}

function Contracts({
  word,
  of,
}: {
  readonly word: string
  readonly of: Readonly<Record<string, string>>
}): ReactNode {
  const named = Object.entries(of)
  if (named.length === 0) return null
  return (
    <span className="block text-12 break-words text-ink-2">
      {word} {named.map(([name, range]) => `${name} ${range}`).join(', ')}
    </span>
  )
}
