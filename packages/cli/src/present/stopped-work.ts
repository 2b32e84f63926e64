// A task that has failed, and a step of which nobody knows what became: what was seen, and the ways on.

import type { Job, Run, Stage, Step, Task } from '../documents.ts'
import { pathFrom } from './run-address.ts'
import { markOf } from '../terminal/style.ts'
import { fold, padded } from './layout.ts'
import {
  elapsedBetween,
  msOf,
  presentElapsed,
  presentExact,
  presentWait,
  type View,
} from './time.ts'
import { wholeReason } from './whole-reason.ts'

const FAILURES_SHOWN = 10
const WAY_COLUMN = 26

/** A failed task with its evidence, and what a person may do. `lastLines` is the end of its log. */
export function presentFailed(
  run: Run,
  stage: Stage,
  task: Task,
  lastLines: readonly string[],
  view: View,
): string {
  const ms = elapsedBetween(task.startedAt, task.finishedAt, view.nowMs)
  const agent = task.steps
    .flatMap(({ jobs }) => jobs)
    .find(({ state }) => state !== 'succeeded')?.agent
  const after = ms === undefined ? '' : ` after ${presentElapsed(ms)}`
  const on = agent == null ? '' : ` on agent ${agent.name}`
  const head = `${markOf(task.state)} ${stage.title}, ${task.title}, ${task.state}${after}${on}`
  const parts = [
    head,
    [...presentReason(task, view), ...presentTests(task), ...presentLines(lastLines)].join('\n'),
    [...presentStanding(run), ...presentWays(run, stage, task)].join('\n'),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function presentReason(task: Task, { width }: View): string[] {
  const told = wholeReason(task)
  return told === null || told === '' ? [] : fold(`  ${told}`, width, '  ')
}

function presentTests({ tests }: Task): string[] {
  if (tests === null) return []
  const fresh =
    tests.newFailures === 0
      ? ''
      : tests.newFailures === tests.failed
        ? ', all new'
        : `, ${tests.newFailures} new`
  return [
    `  test report   ${tests.passed} of ${tests.total} passed, ${tests.failed} failed${fresh}`,
    ...tests.failures.slice(0, FAILURES_SHOWN).map((name) => `    ✗ ${name}`),
    ...(tests.failures.length > FAILURES_SHOWN
      ? [`    and ${tests.failures.length - FAILURES_SHOWN} more`]
      : []),
  ]
}

function presentLines(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['  last lines', ...lines.map((line) => `    │ ${line}`)]
}

function presentStanding(run: Run): string[] {
  const deployed = run.stages.flatMap((stage) =>
    stage.tasks
      .filter(({ kind, state }) => kind === 'deploy' && state === 'succeeded')
      .map(({ application }) => `${application ?? ''} in ${stage.title}`),
  )
  const sofar =
    deployed.length === 0 ? 'Nothing was deployed yet.' : `Deployed so far: ${deployed.join(', ')}.`
  if (run.finishedAt !== null) return [`Nothing was undone. ${sofar} The run has ended.`]
  return [`Nothing was undone. ${sofar} The run waits for a person:`]
}

function presentWays(run: Run, stage: Stage, task: Task): string[] {
  if (run.finishedAt !== null) return []
  const address = pathFrom(run, stage, task)
  const whole = `${run.name}/${run.number}`
  const earlier = stage.tasks.find(({ state, key }) => state === 'succeeded' && key !== task.key)
  return [
    ...(endsTheSame(task) ? [] : [way('again, as it is', `lockstep run retry ${address}`)]),
    ...(earlier === undefined
      ? []
      : [
          way(
            'from an earlier task',
            `lockstep run restart ${pathFrom(run, stage, earlier)} -m WHY`,
          ),
        ]),
    way('go on without it', `lockstep run skip ${address} -m WHY`),
    way('stop', `lockstep run abort ${whole} -m WHY`),
    way('the whole log', `lockstep logs ${address}`),
  ]
}

/** Whether the same again would fail again: a version that has other bytes keeps them. */
function endsTheSame({ kind, state, steps }: Task): boolean {
  if (kind === 'snapshot') return state === 'failed'
  return steps.some(({ jobs }) => jobs.some(({ code }) => code === 'artifact_version_taken'))
}

function way(what: string, command: string): string {
  return `  ${padded(what, WAY_COLUMN)}${command}`
}

/** A job of which nobody knows what became, and who can say. */
export function presentUnknown(
  run: Run,
  stage: Stage,
  task: Task,
  step: Step,
  job: Job,
  view: View,
): string {
  const address = `${pathFrom(run, stage, task)}/${step.key}@${job.resource}`
  const component = step.component === null ? '' : `${step.component} `
  const began =
    job.startedAt === null
      ? []
      : [
          `  ${presentExact(job.startedAt, view)}  the agent${job.agent === null ? '' : ` ${job.agent.name}`} began the command`,
        ]
  const lost =
    job.noContactSince === null
      ? []
      : [
          `  ${presentExact(job.noContactSince, view)}  last word from the agent; ${job.logLength.toLocaleString('en')} bytes of the log are stored`,
        ]
  const silent =
    job.noContactSince === null
      ? ''
      : `  contact lost for ${presentWait(view.nowMs - msOf(job.noContactSince))}. `
  return [
    `${markOf('unknown')} ${task.title}, ${component}"${step.title}" on ${job.resource}: nobody knows what happened`,
    ...began,
    ...lost,
    `${silent === '' ? '  ' : silent}Not repeated: the step does not say that it may be`,
    '',
    '  As soon as the agent is back its journal answers, and the run goes on by itself. Until then, or instead:',
    `    ${padded('it ran to the end', 24)}lockstep run resolve ${address} --ran -m HOW-YOU-KNOW`,
    `    ${padded('it did not run', 24)}lockstep run resolve ${address} --did-not-run -m HOW-YOU-KNOW`,
    `    ${padded('run it again', 24)}lockstep run resolve ${address} --try-again -m WHY-THAT-IS-SAFE`,
  ].join('\n')
}
