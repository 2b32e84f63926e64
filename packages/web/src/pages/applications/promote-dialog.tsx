import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useHasScreen } from '../../layout/screen-link.tsx'
import { shortName } from '../../lib/address.ts'
import { api } from '../../lib/api.ts'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { useCan } from '../../lib/session/can.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { useTell } from '../../ui/toast.tsx'
import { VersionChange } from '../../ui/version-chip.tsx'
import { snapshotsQuery, type Snapshot } from './snapshots-query.ts'
import { listTakers, type Taker } from './takers.ts'

interface PromoteDialogProps {
  readonly application: Defined<'application'>
  readonly snapshot: Snapshot
  readonly onClose: () => void
}

/** Starts a pipeline that takes the snapshot: first its plan is shown, then exactly that is started. */
export function PromoteDialog({
  application,
  snapshot,
  onClose,
}: PromoteDialogProps): ReactElement {
  const pipelines = useQuery(definitionsQuery('pipeline'))
  const address = `${application.project}/${application.name}`
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Promote ${snapshot.version}`}
      detail={`${application.name}, the same bits in every stage`}
    >
      <Part what="Pipelines" query={pipelines}>
        {(all) => {
          const takers = listTakers(all, address)
          return takers.length === 0 ? (
            <p className="text-ink-2">
              No pipeline takes a snapshot of {application.name} by itself. A release that collects
              it does, and so does a pipeline with <code>deploy(…)</code> and without{' '}
              <code>build(…)</code>.
            </p>
          ) : (
            <Choice
              takers={takers}
              address={address}
              version={snapshot.version}
              onClose={onClose}
            />
          )
        }}
      </Part>
    </Dialog>
  )
}

interface ChoiceProps {
  readonly takers: readonly Taker[]
  /** Of the application. */
  readonly address: string
  readonly version: string
  readonly onClose: () => void
}

function Choice({ takers, address, version, onClose }: ChoiceProps): ReactElement {
  const [name, setName] = useState('')
  const [others, setOthers] = useState<Readonly<Record<string, string>>>({})
  const taker = takers.find((one) => keyOf(one) === name) ?? takers[0]
  const { projects } = useProjectChoice()
  const project = projects.find((one) => one.name === taker?.project)?.id
  const place =
    project === undefined ? ({ on: 'system' } as const) : ({ on: 'project', project } as const)
  const { allowed } = useCan('run.start', place)
  const further = taker?.applications.filter((one) => one !== address) ?? []
  const isComplete = further.every((one) => (others[one] ?? '') !== '')
  const subject =
    taker === undefined || project === undefined
      ? undefined
      : { project, name: taker.name, snapshots: { ...pick(others, further), [address]: version } }
  const plan = useMutation({ mutationFn: (input: Subject) => api.makePlan(input) })
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
        onChange={(value) => {
          setName(value)
          plan.reset()
        }}
      />
      {further.map((one) => (
        <OtherSnapshot
          key={one}
          application={one}
          value={others[one] ?? ''}
          onChange={(value) => {
            setOthers((before) => ({ ...before, [one]: value }))
            plan.reset()
          }}
        />
      ))}
      {!allowed && <MayNot>Starting runs there is for {whoMay('run.start')}.</MayNot>}
      {plan.data !== undefined && <Planned plan={plan.data} />}
      <Failure of={plan.error} />
      <footer className="flex flex-wrap justify-end gap-2 pt-2">
        <Button size="large" onClick={onClose}>
          Not now
        </Button>
        {allowed && plan.data === undefined && (
          <Button
            size="large"
            look="primary"
            isBusy={plan.isPending}
            disabled={!isComplete || subject === undefined}
            onClick={() => subject && plan.mutate(subject)}
          >
            Show the plan
          </Button>
        )}
        {plan.data !== undefined && subject !== undefined && (
          <StartButton subject={subject} plan={plan.data.digest} onClose={onClose} />
        )}
      </footer>
    </div>
  )
}

type Subject = Parameters<typeof api.makePlan>[0]
type Plan = Awaited<ReturnType<typeof api.makePlan>>

function keyOf({ project, name }: Taker): string {
  return `${project}/${name}`
}

function pick(
  all: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '']))
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

/** What would be done, stage by stage. */
function Planned({ plan }: { readonly plan: Plan }): ReactElement {
  return (
    <ol aria-label="Plan" className="divide-y divide-line rounded-2 border border-line">
      {plan.stages.map((stage) => (
        <li key={stage.name} className="p-2.5">
          <span className="font-name">{stage.title}</span>{' '}
          {stage.environment !== null && !stage.environmentFree && (
            <span className="text-12 text-wait">held now, the run waits for it</span>
          )}
          <ul className="mt-1 space-y-1">
            {stage.tasks.map((task) => (
              <li key={task.key} className="flex flex-wrap items-center gap-2 text-12">
                <span className="break-words text-ink-2">{task.title}</span>
                {(task.from !== null || task.to !== null) && (
                  <VersionChange from={task.from} to={task.to} />
                )}
                {task.irreversible !== null && (
                  <span className="break-words text-wait">{task.irreversible}</span>
                )}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}

function StartButton({
  subject,
  plan,
  onClose,
}: {
  readonly subject: Subject
  readonly plan: string
  readonly onClose: () => void
}): ReactElement {
  const tell = useTell()
  const navigate = useNavigate()
  const hasRuns = useHasScreen('/runs/$run')
  const start = useMutation({
    mutationFn: () => api.startRun({ ...subject, plan }),
    onSuccess: ({ id, name, number }) => {
      onClose()
      const to: { readonly to: string; readonly params: object } = {
        to: '/runs/$run',
        params: { run: id },
      }
      tell({
        title: `Started ${name} #${number}`,
        state: 'running',
        ...(hasRuns && { action: { label: 'Open', run: () => void navigate(to) } }),
      })
    },
  })
  return (
    <>
      <Failure of={start.error} className="w-full" />
      <Button size="large" look="primary" isBusy={start.isPending} onClick={() => start.mutate()}>
        Start exactly this
      </Button>
    </>
  )
}
