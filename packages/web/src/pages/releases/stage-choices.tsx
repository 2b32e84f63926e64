import type { ReactElement } from 'react'
import type { Defined } from '../../lib/definitions.ts'
import type { Environment } from '../../lib/inventory.ts'
import { Card } from '../../ui/card.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { openStages, takesAll, type ReleaseDraft } from './new-release.ts'

interface StageChoicesProps {
  readonly pipeline: Defined<'pipeline'>
  readonly environments: readonly Environment[]
  readonly draft: ReleaseDraft
  readonly onChange: (changes: Partial<ReleaseDraft>) => void
}

/** Where each stage goes, when the pipeline leaves that open, and when it is planned to begin. */
export function StageChoices(props: StageChoicesProps): ReactElement {
  const { pipeline, environments, draft, onChange } = props
  const open = openStages(pipeline)
  return (
    <Card>
      <div className="divide-y divide-line">
        {pipeline.body.stages.map((stage) => {
          const { name, title } = stage
          const date = draft.planned[name] ?? ''
          const [day = '', time = ''] = date.split('T')
          const plan = (next: string): void =>
            onChange({ planned: { ...draft.planned, [name]: next } })
          return (
            <fieldset key={name} className="px-3.5 py-3">
              <legend className="sr-only">{title}</legend>
              <p aria-hidden className="mb-2 font-name">
                {title}
              </p>
              <div className="grid gap-3 drawer:grid-cols-3">
                {open.includes(stage) ? (
                  <Select
                    isTall
                    label="Environment"
                    value={draft.environments[name] ?? ''}
                    options={[
                      { value: '', label: 'Choose an environment' },
                      ...environments
                        .filter((one) => takesAll(one, stage, pipeline.project))
                        .map((one) => ({ value: `${one.project}/${one.name}`, label: one.title })),
                    ]}
                    onChange={(environment) =>
                      onChange({ environments: { ...draft.environments, [name]: environment } })
                    }
                  />
                ) : (
                  <p className="self-end pb-2 text-12 text-ink-2">
                    {stage.environment === undefined
                      ? ''
                      : `in ${stage.environment.name}, as the pipeline says`}
                  </p>
                )}
                <Field
                  label="Planned for"
                  type="date"
                  value={day}
                  onChange={(event) => {
                    const next = event.currentTarget.value
                    plan(next === '' || time === '' ? next : `${next}T${time}`)
                  }}
                />
                <Field
                  label="At"
                  type="time"
                  value={time}
                  disabled={day === ''}
                  onChange={(event) => {
                    const next = event.currentTarget.value
                    plan(next === '' ? day : `${day}T${next}`)
                  }}
                />
              </div>
            </fieldset>
          )
        })}
      </div>
    </Card>
  )
}
