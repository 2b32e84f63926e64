// S23, S24 and S33: the same bits and the same processes, from the first stage to the last.

import type { Evidence, SnapshotFacts } from '../evidence.ts'
import { gatheredOf, lastRelease, listed, must } from './point.ts'

export function judgeSnapshots(evidence: Evidence): string {
  const run = lastRelease(evidence)
  let compared = 0
  for (const { application, snapshot } of run.brings) {
    const found = gatheredOf(evidence).snapshots.find(({ digest }) => digest === snapshot)
    must(found !== undefined, `the snapshot ${short(snapshot)} of ${application} is not there`)
    const team = evidence.teamRuns.findLast(({ name }) => name === application)
    const inQa = team?.brings[0]?.snapshot ?? null
    must(
      inQa === snapshot,
      `${application}: QA had ${short(inQa)}, the release brought ${short(snapshot)}`,
    )
    const processes = Object.keys(found.processes)
    must(processes.length > 0, `the snapshot of ${application} has no processes`)
    for (const place of ['QA', 'Staging', 'Production']) {
      compareWithInventory(evidence, found, place)
      compared += 1
    }
  }
  return `${run.brings.length} snapshots by digest, with their processes; the same in ${compared} deployments from QA to Production`
}

function compareWithInventory(
  { inventories, releaseRuns }: Evidence,
  snapshot: SnapshotFacts,
  place: string,
): void {
  const moment = `after ${releaseRuns.at(-1)?.name ?? ''}`
  const rows = (inventories[moment]?.rows ?? []).filter(
    (row) => row.environmentTitle === place && row.application === snapshot.application,
  )
  must(rows.length > 0, `${snapshot.application} is not in ${place}`)
  for (const { component, resource, digest } of rows) {
    const wanted = snapshot.components[component]
    must(
      digest !== null && digest === wanted,
      `${component} on ${resource}: ${short(digest)}, snapshot says ${short(wanted)}`,
    )
  }
}

export function judgeBytes(evidence: Evidence): string {
  const { compared } = gatheredOf(evidence)
  must(compared.length > 0, 'no running program was asked')
  const wrong = compared.find(({ running, built }) => running !== built)
  must(
    wrong === undefined,
    `${wrong?.where}: ${short(wrong?.running)}, snapshot says ${short(wrong?.built)}`,
  )
  const places = new Set(compared.map(({ environment }) => environment))
  must(places.size === 4, `programs were asked only in ${listed([...places])}`)
  const hosts = new Set(compared.map(({ where }) => where.split(' on ')[1]))
  return `${compared.length} programs on ${hosts.size} hosts, from Dev to Production, run the bytes that were built`
}

export function judgeRepeatability({ rebuilt }: Evidence): string {
  must(rebuilt !== undefined && rebuilt.first.length > 0, 'nothing was built twice')
  const [first, second] = [rebuilt.first.toSorted(), rebuilt.second.toSorted()]
  const differing = first.findIndex((digest, index) => digest !== second[index])
  must(
    differing === -1 && first.length === second.length,
    `the same commit gave ${short(first[differing])} and then ${short(second[differing])}`,
  )
  const { targets, skipped, jobs } = rebuilt.deployed
  must(
    targets > 0 && skipped === targets && jobs === 0,
    `deploying what runs already did ${jobs} jobs and passed over ${skipped} of ${targets} places`,
  )
  return `the same commit, built again, gave the same ${first.length} digests, and its deployment had nothing to do`
}

/** `sha256:41…c2`: enough to tell two digests apart. */
function short(digest: string | null | undefined): string {
  if (digest === null || digest === undefined) return 'nothing'
  return `${digest.slice(0, 11)}…${digest.slice(-4)}`
}
