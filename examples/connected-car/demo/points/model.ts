// S14 to S16 and S34: models and processes as they are defined, and as the web page shows them.

import { HOW_TO_GET_CHROMIUM } from '../../../../scripts/chromium.ts'
import type { DeskFacts, Evidence } from '../evidence.ts'
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
  const { model } = deskOf(evidence, 'the application model is defined; its diagram')
  const drawn = (backend?.tiers ?? []).map(({ name, components }) =>
    [name, ...components].join(': '),
  )
  mustBeSame(model.nodes, drawn, 'the diagram of data-backend shows the tiers')
  const { tierMap } = gatheredOf(evidence)
  const wires = Object.entries(tierMap).map(([tier, place]) => `${tier} → ${place}`)
  mustBeSame(model.lines, wires, 'the diagram of data-backend wires in Staging')
  return `the page draws data-backend's ${model.nodes.length} tiers and their components, with wires to Staging: ${listed(model.lines)}`
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
  const { vehicleProcess } = gatheredOf(evidence)
  must(vehicleProcess.length > 1, `battery-light is deployed in ${vehicleProcess.length} steps`)
  const { process } = deskOf(evidence, 'the vehicle deployment process is defined; its diagram')
  const names = vehicleProcess.map(({ name }) => name)
  mustBeSame(process.nodes, names, 'the diagram of the vehicle deployment process shows')
  const edges = vehicleProcess.flatMap(({ name, needs }) =>
    needs.map((need) => `${need} → ${name}`),
  )
  mustBeSame(process.lines, edges, 'the diagram of the vehicle deployment process leads')
  return `the page draws the vehicle deployment process as a flow: ${listed(process.lines)}`
}

export function judgeUserInterface(evidence: Evidence): string {
  const desk = deskOf(evidence, 'the web page')
  const rows = Object.values(evidence.inventories).at(-1)?.rows ?? []
  const versions = new Set(
    rows.map(
      (row) =>
        `${row.application.split('/').at(-1)} in ${row.environmentTitle}: ${row.version ?? 'nothing'}`,
    ),
  )
  const cells = desk.matrix.map(
    ({ application, environment, version }) => `${application} in ${environment}: ${version}`,
  )
  mustBeSame(cells, [...versions], 'the page shows')
  must(desk.problems.length === 0, `the page says ${listed(desk.problems)}`)
  const matrix = `the page's matrix says what the inventory says in ${cells.length} places`
  const { phone } = evidence
  // The approvals of an interactive demo are somebody else's.
  if (phone === undefined) return matrix
  const { person, width, presses } = phone
  must(phone.problems.length === 0, `the page on the phone says ${listed(phone.problems)}`)
  must(!phone.isTooWide, `the gate is wider than a phone of ${width} px`)
  const told = phone.versions.filter((text) => /\S+ \S+ → \S+/.test(text))
  must(
    told.length === 3,
    `the phone told of ${told.length} applications from which version to which`,
  )
  return `${person} read what goes where and approved on a phone of ${width} px in ${presses} presses; ${matrix}`
}

/** What was seen at a desk; without a browser nobody has looked. */
function deskOf({ desk }: Evidence, what: string): DeskFacts {
  return (
    desk ?? notYet(`${what} was not looked at: there is no Chromium here (${HOW_TO_GET_CHROMIUM})`)
  )
}

/** The same things, in whatever order. */
function mustBeSame(seen: readonly string[], wanted: readonly string[], what: string): void {
  const isSame = seen.toSorted().join('\n') === wanted.toSorted().join('\n')
  must(isSame, `${what} ${listed(seen)}, defined: ${listed(wanted)}`)
}
