import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { shortName } from '../../lib/address.ts'
import type { Defined } from '../../lib/definitions.ts'
import { projectsQuery } from '../../lib/session/project-choice.ts'
import { Card } from '../../ui/card.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { snapshotsQuery } from './snapshots-query.ts'
import { deployedBy, makersOf, type DraftApplication, type ReleaseDraft } from './new-release.ts'

interface ApplicationChoicesProps {
  readonly pipeline: Defined<'pipeline'>
  readonly pipelines: readonly Defined<'pipeline'>[]
  readonly chosen: ReleaseDraft['applications']
  readonly onChange: (chosen: ReleaseDraft['applications']) => void
}

/** For each application that the pipeline deploys: where it passes before, which versions, and which snapshot. */
export function ApplicationChoices(props: ApplicationChoicesProps): ReactElement {
  const { pipeline, pipelines, chosen, onChange } = props
  const applications = deployedBy(pipeline)
  if (applications.length === 0) {
    return <p className="text-ink-2">This pipeline deploys no application.</p>
  }
  return (
    <Card>
      <div className="divide-y divide-line">
        {applications.map((application) => (
          <ApplicationChoice
            key={application}
            application={application}
            makers={makersOf(pipelines, application)}
            chosen={chosen[application] ?? { from: '', versions: '', chosen: '' }}
            onChange={(one) => onChange({ ...chosen, [application]: one })}
          />
        ))}
      </div>
    </Card>
  )
}

function ApplicationChoice({
  application,
  makers,
  chosen,
  onChange,
}: {
  readonly application: string
  readonly makers: readonly Defined<'pipeline'>[]
  readonly chosen: DraftApplication
  readonly onChange: (chosen: DraftApplication) => void
}): ReactElement {
  const { data: projects } = useQuery(projectsQuery)
  const { data: snapshots = [] } = useQuery(snapshotsQuery(application, projects))
  return (
    <fieldset className="px-3.5 py-3">
      <legend className="sr-only">{shortName(application)}</legend>
      <p aria-hidden className="mb-2 flex items-center gap-2.5 font-name">
        <ApplicationIcon application={application} /> {shortName(application)}
      </p>
      <div className="grid gap-3 drawer:grid-cols-3">
        <Select
          isTall
          label="Passes before in"
          value={chosen.from}
          options={[
            { value: '', label: 'Choose a pipeline' },
            ...makers.map((one) => ({
              value: `${one.project}/${one.name}`,
              label: one.body.title,
            })),
          ]}
          onChange={(from) => onChange({ ...chosen, from })}
        />
        <Field
          label="Versions"
          value={chosen.versions}
          placeholder="any"
          maxLength={30}
          onChange={(event) => onChange({ ...chosen, versions: event.currentTarget.value })}
        />
        <Select
          isTall
          label="Snapshot"
          value={chosen.chosen}
          options={[
            { value: '', label: 'The newest that has passed' },
            ...snapshots.map(({ version }) => ({ value: version, label: version })),
          ]}
          onChange={(version) => onChange({ ...chosen, chosen: version })}
        />
      </div>
    </fieldset>
  )
}
