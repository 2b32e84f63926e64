// S20, S21, S25 and S31: three applications converge and go to production together.

import type { Evidence } from '../evidence.ts'
import {
  beginOf,
  lastRelease,
  listed,
  must,
  seconds,
  spanOfTask,
  stageOf,
  type Span,
} from './point.ts'

const DEPLOYMENTS = ['deploy-data-backend', 'deploy-vehicle-firmware', 'deploy-mobile-app'] as const

export function judgeConvergence(evidence: Evidence): string {
  const run = lastRelease(evidence)
  const staging = stageOf(run, 'staging')
  const deployed = DEPLOYMENTS.map((name): Span => {
    const span = spanOfTask(staging, name)
    must(span !== undefined, `${name} did nothing in Staging`)
    return span
  })
  const tested = spanOfTask(staging, 'car-to-phone')
  must(tested !== undefined, 'nothing was tested in Staging')
  const early = Math.max(...deployed.map(({ until }) => until)) - tested.from
  must(early <= 0, `the test of the whole began ${seconds(early)} before all three were there`)
  const late = tested.until - beginOf(stageOf(run, 'production'))
  must(late <= 0, `Production began ${seconds(late)} before the test of the whole had ended`)
  return 'three applications converged in Staging and were tested together'
}

export function judgePrecondition(evidence: Evidence): string {
  const { refused, collectedTooEarly, releaseRuns } = evidence
  must(collectedTooEarly === 2, `it was tried with ${collectedTooEarly} of three collected`)
  must((refused['start with two of three'] ?? '') !== '', 'the release started with two of three')
  const brought = (releaseRuns.at(-1)?.brings ?? []).filter(({ passed }) => passed !== null)
  must(
    brought.length === 3,
    `it started with ${listed(brought.map(({ application }) => application))}`,
  )
  return 'the release did not start with two of three passed, and started with three'
}

export function judgeOrder(evidence: Evidence): string {
  const run = lastRelease(evidence)
  const staging = stageOf(run, 'staging')
  must(staging.exit.state === 'passed', `Staging's exit gate is ${staging.exit.state}`)
  const decided = evidence.decisions
    .filter(({ gate }) => run.address.endsWith(`/${gate.runAddress}`) && gate.stage === 'Staging')
    .map(({ decidedAt }) => Date.parse(decidedAt))
  must(decided.length > 0, "nobody decided about Staging's exit gate")
  const begun = beginOf(stageOf(run, 'production'))
  const early = Math.max(...decided) - begun
  must(early <= 0, `Production began ${seconds(early)} before Staging was let go`)
  return "Production began after Staging's exit gate had passed"
}

const PLACES = ['Dev', 'QA', 'Staging', 'Production'] as const

export function judgeUpdate({ inventories, releaseRuns }: Evidence): string {
  const [first, second] = releaseRuns
  must(first !== undefined && second !== undefined, `${releaseRuns.length} of 2 releases ran`)
  const versions = (moment: string, place: string): readonly string[] => [
    ...new Set(
      (inventories[moment]?.rows ?? [])
        .filter(({ environmentTitle }) => environmentTitle === place)
        .map(({ version }) => version ?? 'nothing'),
    ),
  ]
  for (const place of PLACES) {
    const before = versions(`after ${first.name}`, place)
    must(
      before.length === 3 && before.every((version) => version.startsWith('1.')),
      `after the first release ${place} ran ${listed(before)}`,
    )
    const after = versions(`after ${second.name}`, place)
    must(after.join() === '2.0.0', `after the second release ${place} runs ${listed(after)}`)
  }
  return 'v1 everywhere, then v2 committed to all three, one release, v2 everywhere'
}
