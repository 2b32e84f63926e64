// S14 to S16 and S34: models and processes as data; their pictures come with the web page.

import type { Evidence } from '../evidence.ts'
import { gatheredOf, lastRelease, listed, must, notYet } from './point.ts'

export function judgeApplicationModel(evidence: Evidence): string {
  const { applications } = gatheredOf(evidence)
  must(applications.length === 3, `${applications.length} applications are defined`)
  const backend = applications.find(({ name }) => name === 'data-backend')
  const tiers = (backend?.tiers ?? []).filter(({ components }) => components.length > 0)
  must(
    tiers.map(({ name }) => name).join() === 'store,edge,insight',
    `data-backend has components in ${listed(tiers.map(({ name }) => name))}`,
  )
  return notYet('the application model is there as data; its diagram comes with the web page')
}

export function judgeProcesses(evidence: Evidence): string {
  const { applications } = gatheredOf(evidence)
  must(applications.length === 3, `${applications.length} applications are defined`)
  for (const { name, processes } of applications) {
    for (const wanted of ['deploy', 'undeploy']) {
      must(processes.includes(wanted), `${name} has the processes ${listed(processes)}`)
    }
  }
  const kinds = new Set(
    evidence.teamRuns.flatMap(({ stages }) => stages.flatMap(({ tasks }) => tasks.map(kindOf))),
  )
  for (const kind of ['build', 'test']) {
    must(kinds.has(kind), `no team pipeline has a ${kind} task`)
  }
  const names = new Set(applications.flatMap(({ processes }) => processes))
  return `processes ${listed([...names].toSorted())}, and tasks that build and test, defined for 3 applications`
}

function kindOf({ kind }: { readonly kind: string }): string {
  return kind
}

export function judgeProcessGraph(evidence: Evidence): string {
  const steps = lastRelease(evidence)
    .stages.flatMap(({ tasks }) => tasks)
    .filter(({ key }) => key.endsWith('deploy-vehicle-firmware'))
    .flatMap((task) => task.steps)
  must(
    steps.some(({ needs }) => needs.length > 0),
    `the deployment of the vehicle has ${steps.length} steps, and none needs another`,
  )
  return notYet('the process graph is there as data; its flow diagram comes with the web page')
}

export function judgeUserInterface(): string {
  return notYet('"simple and intuitive" is judged on the web page')
}
