// S1 to S4: pipelines, stages, stage plans, tasks.

import type { Evidence, StageFacts } from '../evidence.ts'
import { lastRelease, listed, must, seconds, spanOf, spanOfTask, stageOf } from './point.ts'

export function judgePipeline({ releaseRuns }: Evidence): string {
  const [first, second] = releaseRuns
  must(first !== undefined && second !== undefined, `${releaseRuns.length} of 2 releases ran`)
  must(
    first.pipeline === second.pipeline,
    `the releases used the pipelines ${first.pipeline} and ${second.pipeline}`,
  )
  for (const run of [first, second]) {
    const brought = run.brings.map(({ application }) => application)
    must(brought.length === 3, `${run.address} delivered ${listed(brought)}`)
  }
  return 'one pipeline definition delivered three applications, in two releases'
}

export function judgeStages(evidence: Evidence): string {
  const run = lastRelease(evidence)
  must(run.stages.length >= 2, `${run.address} had ${run.stages.length} stages`)
  for (const { title, entry, tasks, exit } of run.stages) {
    must(entry.state === 'passed', `the entry gate of ${title} is ${entry.state}`)
    must(tasks.length > 0, `the stage plan of ${title} is empty`)
    must(exit.state === 'passed', `the exit gate of ${title} is ${exit.state}`)
  }
  return `${run.stages.length} stages, each with entry gate, stage plan, exit gate`
}

export function judgeStagePlans(evidence: Evidence): string {
  let inOrder = 0
  for (const run of [...evidence.teamRuns, ...evidence.releaseRuns]) {
    for (const stage of run.stages) inOrder += countInOrder(stage)
  }
  must(inOrder > 0, 'no two tasks of a stage have run')
  const staging = stageOf(lastRelease(evidence), 'staging')
  const cars = spanOfTask(staging, 'deploy-vehicle-firmware')
  const phones = spanOfTask(staging, 'deploy-mobile-app')
  must(cars !== undefined, 'no car of Staging was deployed to')
  must(phones !== undefined, 'no phone of Staging was deployed to')
  const gap = Math.max(cars.from, phones.from) - Math.min(cars.until, phones.until)
  must(gap < 0, `in the group of Staging one began ${seconds(gap)} after the other had ended`)
  return `${inOrder} tasks began after the one before had ended; a group ran 2 side by side`
}

/** Counts tasks of a stage that began after the one before had ended; one that did not is a fault. */
function countInOrder(stage: StageFacts): number {
  const alone = stage.tasks.filter(({ groups }) => groups.length === 0)
  const worked = alone.flatMap((task) => {
    const span = spanOf([task])
    return span === undefined ? [] : [{ title: task.title, ...span }]
  })
  for (const [index, task] of worked.entries()) {
    const before = worked[index - 1]
    if (before === undefined) continue
    must(
      task.from >= before.until,
      `in ${stage.title}, "${task.title}" began ${seconds(before.until - task.from)} before "${before.title}" had ended`,
    )
  }
  return Math.max(0, worked.length - 1)
}

export function judgeTasks({ teamRuns }: Evidence): string {
  const counts = new Map<string, number>()
  for (const { kind, state, steps } of teamRuns.flatMap(({ stages }) =>
    stages.flatMap(({ tasks }) => tasks),
  )) {
    const worked = steps.some(({ jobs }) => jobs.some((job) => job.state === 'succeeded'))
    if (state === 'succeeded' && worked) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const kinds = ['build', 'test', 'deploy'] as const
  for (const kind of kinds) {
    must(counts.has(kind), `no ${kind} task has succeeded, only ${listed([...counts.keys()])}`)
  }
  return `${listed(kinds.map((kind) => `${counts.get(kind) ?? 0} ${kind}`))} tasks ran on agents`
}
