// S10 to S12 and S22: what can be seen while a release is under way.

import type { Evidence } from '../evidence.ts'
import { gatheredOf, lastRelease, listed, must } from './point.ts'

export function judgeOrchestration({ views, runPage }: Evidence): string {
  const under = views.filter(({ state }) => state === 'running' || state === 'waiting')
  must(under.length > 0, 'no view of a running release was read')
  for (const { address, version, next, working, waitsFor } of under) {
    const view = `a view of ${address} at version ${version}`
    must(next !== '', `${view} does not say what is next`)
    must(
      working.length + waitsFor.length > 0,
      `${view} names nobody who works or is waited for; next: ${next}`,
    )
  }
  const named = `every one of ${under.length} run views named who works, or whom it waits for, and the next step`
  if (runPage === undefined) return named
  const shown = runPage.looks.filter(({ state }) => state === 'running' || state === 'waiting')
  must(shown.length > 1, `the page of the run showed ${shown.length} of them while it ran`)
  const mute = shown.find((look) => look.next === '' || look.working + look.waitsFor === '')
  must(
    mute === undefined,
    `the page of the run did not say who works or what is next: ${mute?.next}`,
  )
  must(runPage.problems.length === 0, `the page of the run says ${listed(runPage.problems)}`)
  return `${named}; its page showed ${shown.length} of them as they came`
}

export function judgeVersionsInProcess(evidence: Evidence): string {
  const { name, applications } = gatheredOf(evidence).release
  const arrived = applications.filter(({ version, passed }) => version !== null && passed !== null)
  const missing = applications.filter((one) => !arrived.includes(one)).map((one) => one.name)
  must(applications.length === 3, `${name} is planned with ${applications.length} applications`)
  must(missing.length === 0, `${name} does not say which version of ${listed(missing)} arrived`)
  return `versions in the process: planned ${applications.length}, arrived ${arrived.length}`
}

/** The kinds of checks from which a person can tell whether a product is ready. */
const READINESS = ['Compatible', 'All tasks passed', 'Tests', 'Ingest errors under 0.5 %'] as const

export function judgeReadiness(evidence: Evidence): string {
  const rules = lastRelease(evidence).stages.flatMap(({ entry, exit }) => [
    ...entry.rules,
    ...exit.rules,
  ])
  const holding = rules.filter(({ kind, state }) => kind === 'check' && state === 'holds')
  const names = new Set(holding.map(({ name }) => name))
  const missing = READINESS.filter((name) => !names.has(name))
  must(missing.length === 0, `readiness was not judged by ${listed(missing)}`)
  const mute = holding.find(({ evidence: seen }) => seen === '')
  must(mute === undefined, `the check ${mute?.name} does not say what it saw`)
  return `readiness of Staging and Production told from ${holding.length} checks: contracts, tasks, tests, a live metric`
}

export function judgeRunTimeView(evidence: Evidence): string {
  const run = lastRelease(evidence)
  const views = evidence.views.filter(({ address }) => address === run.address)
  const states = new Set(views.flatMap(({ taskStates }) => taskStates))
  must(
    states.has('running'),
    `while ${run.address} ran, tasks were seen only ${listed([...states])}`,
  )
  must(run.state === 'succeeded', `${run.address} is ${run.state}`)
  const tasks = run.stages.flatMap((stage) => stage.tasks)
  const open = tasks.find(({ state }) => state !== 'succeeded')
  must(open === undefined, `${run.address} succeeded while "${open?.title}" is ${open?.state}`)
  const ended = evidence.runPage?.ended ?? []
  const unlike = ended.find(({ state }) => !['succeeded', 'passed', 'skipped'].includes(state))
  must(
    unlike === undefined,
    `when it had ended, its page showed ${unlike?.name} as ${unlike?.state}`,
  )
  return `${views.length} looks at the run showed ${tasks.length} tasks in their states, ${listed([...states])}; it succeeded`
}
