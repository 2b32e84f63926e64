import type { ReactElement } from 'react'
import { fieldsFor, KIND_WORDS } from '../../components/pipeline/part-fields.ts'
import { detailOfPart, settingsOf, titleOfPart } from '../../components/pipeline/part-words.ts'
import { listAt, textAt, type Json, type Part } from '../../components/pipeline/pipeline-parts.ts'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'

interface PartPanelProps {
  readonly part: Part
  readonly value: Json
  readonly onClose: () => void
}

/** About one part of a pipeline: its settings, or the rules of a gate. */
export function PartPanel({ part, value, onClose }: PartPanelProps): ReactElement {
  const kind = textAt(value, 'kind')
  return (
    <SidePanel
      title={titleOfPart(part, value)}
      detail={part.is === 'gate' ? detailOfPart(part, value) : (KIND_WORDS[kind] ?? part.is)}
      onClose={onClose}
    >
      {part.is === 'gate' ? (
        <PanelSection title="Passes when all of these hold">
          <Rules rules={Array.isArray(value) ? value : []} />
        </PanelSection>
      ) : (
        <PanelSection title="Settings">
          <Settings part={part} value={value} />
        </PanelSection>
      )}
    </SidePanel>
  )
}

function Rules({ rules }: { readonly rules: readonly Json[] }): ReactElement {
  if (rules.length === 0)
    return <p className="text-12 text-ink-2">There are no rules: it passes.</p>
  return (
    <ol className="space-y-2">
      {rules.map((rule, at) => {
        const part = { is: 'rule', way: [at] } as const
        const isGroup = textAt(rule, 'kind') === 'side_by_side'
        return (
          <li key={at} className="rounded-2 border border-line px-3 py-2">
            <p className="font-name">{isGroup ? 'Side by side' : titleOfPart(part, rule)}</p>
            {isGroup ? (
              <div className="mt-2">
                <Rules rules={listAt(rule, 'rules')} />
              </div>
            ) : (
              <>
                <p className="text-12 text-ink-2">{detailOfPart(part, rule)}</p>
                <Settings part={part} value={rule} />
              </>
            )}
          </li>
        )
      })}
    </ol>
  )
}

function Settings({
  part,
  value,
}: {
  readonly part: Pick<Part, 'is'>
  readonly value: Json
}): ReactElement | null {
  const settings = settingsOf(part, value)
  if (settings.length === 0) {
    return fieldsFor(part.is, textAt(value, 'kind')).length > 0 && part.is !== 'rule' ? (
      <p className="text-12 text-ink-2">Nothing is set: everything is as usual.</p>
    ) : null
  }
  return (
    <dl className="mt-1.5 space-y-1.5">
      {settings.map(({ field, words }) => (
        <div key={field.key} className="flex items-baseline justify-between gap-4">
          <dt className="shrink-0 text-12 text-ink-2">{field.label}</dt>
          <dd className="min-w-0 text-right font-mono text-12 [overflow-wrap:anywhere] whitespace-pre-wrap">
            {words}
          </dd>
        </div>
      ))}
    </dl>
  )
}
