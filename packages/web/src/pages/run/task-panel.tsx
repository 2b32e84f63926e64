// What is selected in a lane: its state, its log, and how to go on when it failed.

import { isTerminalStatus } from '@lockstep/domain'
import { Waypoints } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { PanelSection, SidePanel } from '../../layout/side-panel.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { applicationOf, isProcessTask } from '../../lib/process-task.ts'
import type { Run } from '../../lib/runs.ts'
import { StatePill } from '../../ui/pill.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Duration, Time } from '../../ui/time.tsx'
import { shownStateOf } from '../../ui/state.ts'
import { VersionChange } from '../../ui/version-chip.tsx'
import { LogTail } from './log-tail-part.tsx'
import { stateOfTask, taskPart, type Stage, type Step, type Task } from './run-layout.ts'
import { TaskFoot } from './task-foot.tsx'

interface TaskPanelProps {
  readonly run: Run
  readonly stage: Stage
  readonly task: Task
  /** The key of a step of its process. */
  readonly step: string | undefined
  readonly onClose: () => void
}

export function TaskPanel({ run, stage, task, step: key, onClose }: TaskPanelProps): ReactElement {
  const step = task.steps.find((one) => one.key === key)
  const shown = step ?? task
  const state =
    step === undefined ? stateOfTask(task) : shownStateOf(step.state, step.waitsFor?.on ?? null)
  const steps = step === undefined ? task.steps : [step]
  const application = applicationOf(run, task.application ?? '')
  return (
    <SidePanel
      title={shown.title}
      glyph={
        <span className="mt-1">
          <StateGlyph state={state} />
        </span>
      }
      detail={
        <>
          {stage.title}
          {step !== undefined && ` · ${task.title}`}
          {task.attempt > 1 && ` · attempt ${task.attempt}`}
        </>
      }
      onClose={onClose}
      foot={<TaskFoot key={task.address} run={run} stage={stage} task={task} step={step ?? null} />}
    >
      <PanelSection title="Now">
        <div className="space-y-2">
          <p className="flex flex-wrap items-center gap-2">
            <StatePill state={state} />
            {shown.startedAt !== null && (
              <span className="text-12 text-ink-2">
                <Time at={shown.startedAt} /> ·{' '}
                <Duration from={shown.startedAt} to={shown.finishedAt} />
              </span>
            )}
          </p>
          {task.to !== null && <VersionChange from={task.from} to={task.to} />}
          {shown.waitsFor !== null && (
            <p className="text-12 break-words text-ink-2">
              Waits for {shown.waitsFor.what}, <Duration from={shown.waitsFor.since} />
            </p>
          )}
          {shown.reason !== null && (
            <p className="text-12 break-words text-ink-2">{shown.reason}</p>
          )}
          {task.manual !== null && (
            <>
              <p className="whitespace-pre-wrap">{task.manual.instructions}</p>
              <p className="text-12 text-ink-3">Done by {task.manual.by.join(', ')}</p>
            </>
          )}
          {task.tests !== null && step === undefined && <Tests counts={task.tests} />}
        </div>
      </PanelSection>
      {isProcessTask(task) && application !== undefined && (
        <p className="border-b border-line px-4 py-2.5">
          <ScreenLink
            to="/apps/$app/processes/$process"
            params={{ app: application.replace('/', ':'), process: task.kind }}
            search={{ view: 'run', run: run.id, task: taskPart(stage, task) }}
            className="flex items-center gap-2 hover:underline"
          >
            <Waypoints size={14} aria-hidden className="text-ink-3" /> Graph of its steps
          </ScreenLink>
        </p>
      )}
      {steps.some(({ jobs }) => jobs.length > 0) && (
        <PanelSection title="Work" count={jobCount(steps)}>
          <ul className="space-y-3">
            {steps.flatMap(({ jobs }) =>
              jobs.slice(0, JOBS_SHOWN_MAX).map((job) => (
                <li key={job.id}>
                  <JobLine job={job} />
                </li>
              )),
            )}
          </ul>
        </PanelSection>
      )}
      <LogTail run={run.id} steps={steps} />
    </SidePanel>
  )
}

const JOBS_SHOWN_MAX = 20

function jobCount(steps: readonly Step[]): string {
  const jobs = steps.flatMap((one) => one.jobs)
  const done = jobs.filter(({ state }) => isTerminalStatus(state)).length
  return `${done} of ${jobs.length} done`
}

function JobLine({ job }: { readonly job: Step['jobs'][number] }): ReactElement {
  return (
    <div className="flex items-start gap-2">
      <span className="mt-0.75">
        <StateGlyph state={shownStateOf(job.state, 'agent')} size={14} />
      </span>
      <div className="min-w-0 grow">
        <p className="flex flex-wrap justify-between gap-x-2">
          <span className="break-words">{job.link}</span>
          <span className="text-12 text-ink-3">
            {job.startedAt !== null && (
              <Duration from={job.startedAt} to={job.finishedAt} form="clock" />
            )}
          </span>
        </p>
        <p className="text-12 break-words text-ink-3">
          {job.resource}
          {job.agent !== null && job.agent.name !== job.resource && ` · agent ${job.agent.name}`}
          {job.attempt > 1 && ` · attempt ${job.attempt}`}
          {job.exitCode !== null && job.exitCode !== 0 && ` · exit ${job.exitCode}`}
        </p>
        {job.reason !== null && job.reason !== '' && (
          <p className="text-12 break-words text-fail">{job.reason}</p>
        )}
        {job.noContactSince !== null && (
          <p className="text-12 text-wait">
            no word from its agent since <Time at={job.noContactSince} />
          </p>
        )}
        {job.runs !== null && (
          <p className="font-mono text-12 break-all text-ink-2" title={job.runs.digest}>
            {job.runs.version} {job.runs.digest.slice(0, 19)}
          </p>
        )}
      </div>
    </div>
  )
}

function Tests({ counts }: { readonly counts: NonNullable<Task['tests']> }): ReactNode {
  return (
    <>
      <p className="text-12 text-ink-2">
        {counts.passed} of {counts.total} tests passed
        {counts.failed > 0 && `, ${counts.failed} failed`}
      </p>
      {counts.failures.length > 0 && (
        <ul className="list-disc pl-4 text-12 break-words text-fail">
          {counts.failures.slice(0, 10).map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
        </ul>
      )}
    </>
  )
}
