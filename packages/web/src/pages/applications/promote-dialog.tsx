import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, type ReactElement } from 'react'
import { PlanStages } from '../../components/release/plan-stages.tsx'
import { shortName } from '../../lib/address.ts'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { useKeys } from '../../lib/keys/use-keys.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { snapshotsQuery, type Snapshot } from './snapshots-query.ts'
import { listTakers, type Taker } from './takers.ts'
import { keyOf, usePromotion, type Promotion } from './use-promotion.ts'

interface PromoteDialogProps {
  readonly application: Defined<'application'>
  readonly snapshot: Snapshot
  readonly onClose: () => void
}

/** Starts a pipeline that takes the snapshot: first its plan is shown, then exactly that is started. */
export function PromoteDialog({
  application,
  snapshot: { version },
  onClose,
}: PromoteDialogProps): ReactElement {
  const pipelines = useQuery(definitionsQuery('pipeline'))
  const address = `${application.project}/${application.name}`
  const takers = listTakers(pipelines.data ?? [], address)
  const promotion = usePromotion(takers, { address, version }, onClose)
  const { isAllowed, plan, asked, isReady, act } = promotion
  const canAct = isAllowed && takers.length > 0
  const words = plan === undefined ? 'Show the plan' : 'Start exactly this'
  useKeys(
    [
      {
        keys: 'mod+enter',
        label: words,
        group: 'In this dialog',
        run: () => isReady && !asked.isPending && act(),
      },
    ],
    canAct,
  )
  return (
    <Dialog
      isOpen
      size="wide"
      onClose={onClose}
      title={`Promote ${version}`}
      detail={`${application.name}, the same bits in every stage`}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {canAct ? 'Not now' : 'Close'}
          </Button>
          {canAct && (
            <Button
              size="large"
              look="primary"
              isBusy={asked.isPending}
              disabled={!isReady}
              // The second tap of a double one is not meant for the plan that has appeared under it.
              onClick={({ detail }) => detail < 2 && act()}
            >
              {words}
            </Button>
          )}
        </>
      }
    >
      <Part what="Pipelines" query={pipelines}>
        {() =>
          takers.length === 0 ? (
            <p className="text-ink-2">
              No pipeline takes a snapshot of {application.name} by itself. A release that collects
              it does, and so does a pipeline with <code>deploy(…)</code> and without{' '}
              <code>build(…)</code>.
            </p>
          ) : (
            <Choice takers={takers} promotion={promotion} />
          )
        }
      </Part>
    </Dialog>
  )
}

function Choice({
  takers,
  promotion: { taker, further, others, isAllowed, plan, asked, choose, setOther },
}: {
  readonly takers: readonly Taker[]
  readonly promotion: Promotion
}): ReactElement {
  const shown = useRef<HTMLDivElement>(null)
  // It is to be read next, and the button that asked for it has lost the focus while it waited.
  useEffect(() => {
    if (plan !== undefined) shown.current?.focus()
  }, [plan])
  return (
    <div className="space-y-3">
      <Select
        label="Pipeline"
        isTall
        value={taker === undefined ? '' : keyOf(taker)}
        options={takers.map((one) => ({
          value: keyOf(one),
          label: `${one.title}: ${one.stages.join(', ')}`,
        }))}
        onChange={choose}
      />
      {further.map((one) => (
        <OtherSnapshot
          key={one}
          application={one}
          value={others[one] ?? ''}
          onChange={(version) => setOther(one, version)}
        />
      ))}
      {!isAllowed && <MayNot>Starting runs there is for {whoMay('run.start')}.</MayNot>}
      {plan !== undefined && (
        <div ref={shown} tabIndex={-1} className="outline-none">
          <PlanStages plan={plan} />
        </div>
      )}
      <Failure of={asked.error} />
    </div>
  )
}

/** Another application that the pipeline deploys as well: it needs a snapshot too. */
function OtherSnapshot({
  application,
  value,
  onChange,
}: {
  readonly application: string
  readonly value: string
  readonly onChange: (version: string) => void
}): ReactElement {
  const { projects } = useProjectChoice()
  const [project = '', name = ''] = application.split('/')
  const { data } = useQuery(snapshotsQuery({ project, name }, projects, 50))
  return (
    <Select
      label={`Snapshot of ${shortName(application)}`}
      isTall
      value={value}
      options={[
        { value: '', label: 'Choose…' },
        ...(data?.items ?? []).map((one) => ({ value: one.version, label: one.version })),
      ]}
      onChange={onChange}
    />
  )
}
