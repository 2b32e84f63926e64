import type { ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { useKeys } from '../../lib/keys/use-keys.ts'
import type { Release } from '../../lib/runs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'
import type { Plan } from './plan-stages.tsx'

interface StartDialogProps {
  readonly release: Release
  readonly plan: Plan
  readonly isBusy: boolean
  readonly problem: string | null
  readonly onClose: () => void
  readonly onConfirm: () => void
}

/** Repeats what goes from which version to which, and through which stages. */
export function StartDialog(props: StartDialogProps): ReactElement {
  const { release, plan, isBusy, problem, onClose, onConfirm } = props
  useKeys([
    {
      keys: 'mod+enter',
      label: 'Start',
      group: 'On this page',
      run: () => (isBusy ? undefined : onConfirm()),
    },
  ])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Start ${release.title}, set ${plan.set ?? release.set}?`}
      detail={`It goes through ${plan.stages.map(({ title }) => title).join(', then ')}; the gates stop it where they say.`}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            Not now
          </Button>
          <Button size="large" look="primary" isBusy={isBusy} onClick={onConfirm}>
            Start run
          </Button>
        </>
      }
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
      {problem !== null && (
        <p role="alert" className="mt-2 text-12 text-fail">
          {problem}
        </p>
      )}
    </Dialog>
  )
}
