// S13 and S17 to S19: three teams, each with its repository, its pipeline and its places.

import type { Evidence, RunFacts } from '../evidence.ts'
import { gatheredOf, listed, must, notYet } from './point.ts'

export function judgeIsolation(evidence: Evidence): string {
  const { foreignRuns, listedProjects } = gatheredOf(evidence)
  must(foreignRuns.length > 0, 'no run of another team was tried')
  const readable = foreignRuns.find(({ refusal }) => refusal === '')
  must(readable === undefined, `a developer of the embedded team could read ${readable?.address}`)
  const leaked = listedProjects.find((name) => name === 'backend' || name === 'mobile')
  must(leaked === undefined, `a list showed runs of ${leaked} to a developer of the embedded team`)
  return `three projects; none of ${foreignRuns.length} runs of other teams could be read without a grant`
}

export function judgeTeamPipelines({ teamRuns }: Evidence): string {
  const pipelines = new Set(teamRuns.map(({ project, pipeline }) => `${project}/${pipeline}`))
  must(pipelines.size === 3, `team pipelines ran: ${listed([...pipelines])}`)
  for (const { address, stages, commit } of teamRuns) {
    const titles = stages.map(({ title }) => title)
    must(titles.join() === 'Dev,QA', `${address} went through ${listed(titles)}`)
    must(commit !== null, `${address} comes from no commit`)
  }
  return `three repositories, three pipelines, Dev and QA; ${teamRuns.length} runs, each from a commit`
}

export function judgeTriggers(evidence: Evidence): string {
  const { triggers } = gatheredOf(evidence)
  must(triggers.length === 3, `${triggers.length} of 3 repositories were looked at`)
  let commits = 0
  for (const { repository, commits: made, runs } of triggers) {
    const distinct = new Set(runs.map(({ commit }) => commit)).size
    must(
      distinct === made && runs.length === made,
      `${repository} has ${made} commits, and ${runs.length} runs for ${distinct} of them`,
    )
    for (const { address, builds } of runs) must(builds === 1, `${address} built ${builds} times`)
    commits += made
  }
  return `${commits} commits, ${commits} builds, each started once and by its commit`
}

export function judgeDeviceTests({ teamRuns }: Evidence): string {
  const devices = testedDevices(teamRuns.findLast(({ name }) => name === 'mobile-app'))
  must(devices.length === 4, `tested on ${listed(devices)}, not on four phones`)
  return notYet('four phones: yes; app stores come with the mobile issue')
}

function testedDevices(run: RunFacts | undefined): readonly string[] {
  return (run?.stages ?? [])
    .flatMap(({ tasks }) => tasks)
    .filter(({ title }) => title === 'on four phones')
    .flatMap(({ steps }) => steps.flatMap(({ jobs }) => jobs))
    .flatMap(({ resource, state }) => (state === 'succeeded' ? [resource] : []))
}
