import { useState, type ReactElement } from 'react'
import { PublishDialog } from '../../components/definition/publish-dialog.tsx'
import { useCheck, type DraftCheck } from '../../components/definition/use-check.ts'
import type { Defined } from '../../lib/definitions.ts'
import { Button } from '../../ui/button.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { useTell } from '../../ui/toast.tsx'
import { counted } from '../../ui/counted.ts'
import { changesOf, draftedBody, withDraft, type MapDraft } from './map-draft.ts'
import type { MappedEnvironment } from './tier-map.ts'

interface MapEditsProps {
  readonly application: Defined<'application'>
  /** As it is published. */
  readonly shown: MappedEnvironment
  readonly draft: MapDraft
  readonly onDiscard: () => void
}

/** What would change in the tier map, whether that is valid, and publishing it. */
export function MapEdits({
  application,
  shown,
  draft,
  onDiscard,
}: MapEditsProps): ReactElement | null {
  const changes = changesOf(draft, shown)
  return changes.length === 0 ? null : (
    <Changed
      application={application}
      shown={shown}
      draft={draft}
      changes={changes}
      onDiscard={onDiscard}
    />
  )
}

function Changed({
  application,
  shown,
  draft,
  changes,
  onDiscard,
}: MapEditsProps & { readonly changes: ReturnType<typeof changesOf> }): ReactElement {
  const { environment, title } = shown
  const tell = useTell()
  const [isPublishing, setIsPublishing] = useState(false)
  const edited = {
    definition: environment,
    body: draftedBody(withDraft(shown, draft), application),
    from: environment.revision,
  }
  const check = useCheck(edited)
  const { checked, isFresh } = check
  const isValid = isFresh && checked?.mistakes.length === 0 && checked.difference !== null
  return (
    <section
      aria-label="Changes of the tier map"
      className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2 rounded-3 border border-accent-line bg-accent-tint px-3.5 py-2.5"
    >
      <div className="min-w-0 grow">
        <p className="text-12 text-ink-2">
          {counted(changes.length, 'change')} from revision {environment.revision} of {title}
        </p>
        <ul className="mt-1 space-y-0.5">
          {changes.map(({ tier, from, to }) => (
            <li key={tier}>
              <span className="font-name">{tier}</span> to {from !== null && <del>{from}</del>}{' '}
              <ins className="font-name text-accent no-underline">{to}</ins>
            </li>
          ))}
        </ul>
      </div>
      <Validity check={check} />
      <Button onClick={onDiscard}>Discard</Button>
      <Button look="primary" disabled={!isValid} onClick={() => setIsPublishing(true)}>
        Publish…
      </Button>
      {isPublishing && checked?.difference != null && (
        <PublishDialog
          edited={edited}
          difference={checked.difference}
          onClose={() => setIsPublishing(false)}
          onPublished={({ revision }) => {
            setIsPublishing(false)
            onDiscard()
            tell({ title: `Revision ${revision} of ${title} is published`, state: 'passed' })
          }}
        />
      )}
    </section>
  )
}

function Validity({
  check: { checked, isFresh, error },
}: {
  readonly check: DraftCheck
}): ReactElement {
  const mistakes = isFresh ? (checked?.mistakes ?? []) : []
  if (error !== null || mistakes.length > 0) {
    return (
      <ul role="alert" className="max-w-100 self-center text-12 text-fail">
        {error !== null && <li>It could not be checked.</li>}
        {mistakes.map(({ message }, at) => (
          <li key={at} className="[overflow-wrap:anywhere]">
            {message}
          </li>
        ))}
      </ul>
    )
  }
  const isChecked = isFresh && checked !== undefined
  return (
    <span
      role="status"
      className={`flex items-center gap-1.5 self-center text-12 ${isChecked ? 'text-ok' : 'text-ink-2'}`}
    >
      <StateGlyph state={isChecked ? 'passed' : 'running'} size={14} isDecoration />
      {isChecked ? 'Valid' : 'Checking'}
    </span>
  )
}
