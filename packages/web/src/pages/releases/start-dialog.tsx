import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import type { Release } from '../../lib/runs.ts'
import { ActDialog, type Asked } from '../../ui/act-dialog.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'
import type { Plan } from '../../components/release/plan-stages.tsx'

interface StartDialogProps {
  readonly release: Release
  readonly plan: Plan
  readonly start: Asked
  readonly onClose: () => void
  readonly onConfirm: () => void
}

/** Repeats what goes from which version to which, and through which stages. */
export function StartDialog(props: StartDialogProps): ReactElement {
  const { release, plan, start, onClose, onConfirm } = props
  return (
    <ActDialog
      title={`Start ${release.title}, set ${plan.set ?? release.set}?`}
      detail={`It goes through ${plan.stages.map(({ title }) => title).join(', then ')}; the gates stop it where they say.`}
      act="Start run"
      mutation={start}
      onClose={onClose}
      onAct={onConfirm}
    >
      <ul className="divide-y divide-line border-y border-line">
        {plan.brings.map(({ application, from, version }) => (
          <li key={application} className="flex flex-wrap items-center gap-2.5 py-2">
            <ApplicationIcon application={application} />
            <span className="grow font-name">{application}</span>
            <VersionChange from={from} to={version} />
          </li>
        ))}
      </ul>
    </ActDialog>
  )
}
