// What is where: a matrix of versions, or the components of one environment.

import type { Inventory, InventoryRow } from '../documents.ts'
import { counted, presentTable, type Column } from './layout.ts'
import { presentPast, presentTime, type View } from './time.ts'

/** What was asked for: all that is where, or only what drifts, or only what was verified. */
export interface Asked {
  readonly drift: boolean
  readonly verified: boolean
}

/** Applications down, environments across, in the order given. */
export function presentMatrix(inventory: Inventory, asked: Asked, view: View): string {
  const { items } = inventory
  if (items.length === 0) return `${nothingOf(asked)} anywhere that you may see.`
  const titles = [...new Set(items.map(({ environmentTitle }) => environmentTitle))]
  const applications = [...new Set(items.map(({ application }) => application))].toSorted()
  const columns: Column<string>[] = [
    { title: '', value: (application) => application },
    ...titles.map((title) => ({
      title,
      value: (application: string) =>
        presentCell(
          items.filter((row) => row.application === application && row.environmentTitle === title),
        ),
    })),
  ]
  return [
    presentTable(columns, applications, view.width),
    ...presentDrift(items),
    ...(asked.drift ? presentPutBacks(items) : []),
  ].join('\n')
}

/** An empty answer says what there is none of: with `--drift` that is good news. */
function nothingOf({ drift, verified }: Asked): string {
  if (drift) return verified ? 'Nothing that was verified drifts' : 'Nothing drifts'
  return verified ? 'Nothing was verified' : 'Nothing is deployed'
}

function presentCell(rows: readonly InventoryRow[]): string {
  if (rows.length === 0) return ''
  const versions = [
    ...new Set(rows.map(({ wanted, reported }) => (wanted ?? reported)?.version ?? 'nothing')),
  ]
  const drifted = rows.filter(({ drift }) => drift).length
  const unknown = rows.filter((row) => row.unknown).length
  const mark =
    drifted > 0
      ? ` ≠ ${drifted}`
      : unknown > 0
        ? ` ? ${unknown}`
        : rows.every(({ verified }) => verified)
          ? ' ✓'
          : ''
  return `${versions.join(', ')}${mark}`
}

function presentDrift(items: readonly InventoryRow[]): string[] {
  return [
    ...Map.groupBy(
      items.filter(({ drift }) => drift),
      addressOf,
    ),
  ].flatMap(([environment, rows]) => {
    const [first] = rows
    if (first === undefined) return []
    const more = rows.length === 1 ? '' : `, and ${rows.length - 1} more`
    return [
      `≠ In ${first.environmentTitle} ${driftWords(first)}${more}.    lockstep inventory ${environment} --drift`,
    ]
  })
}

function driftWords({ resource, component, reported, wanted }: InventoryRow): string {
  return `${resource} runs ${component} ${reported?.version ?? 'nothing'}, wanted is ${wanted?.version ?? 'nothing'}`
}

/** Environments of several projects may have the same name: each team has its own Dev. */
function addressOf({ project, environmentName }: InventoryRow): string {
  return `${project}/${environmentName}`
}

interface Line {
  readonly component: string
  readonly place: string
  readonly runs: string
  readonly reported: number
  readonly verified: number
  readonly since: string
  readonly putBy: string
}

const COLUMNS: readonly Column<Line>[] = [
  { title: 'component', value: ({ component }) => component },
  { title: 'place', value: ({ place }) => place },
  { title: 'runs', value: ({ runs }) => runs },
  {
    title: 'reported',
    value: ({ reported }) => reported.toLocaleString('en'),
    align: 'right',
    goes: 2,
  },
  { title: 'verified', value: ({ verified }) => verified.toLocaleString('en'), align: 'right' },
  { title: 'since', value: ({ since }) => since, goes: 1 },
  { title: 'put there by', value: ({ putBy }) => putBy },
]

/** The components of one environment, now or at a moment of the past. */
export function presentEnvironmentInventory(
  inventory: Inventory,
  { isPast, ...asked }: Asked & { readonly isPast: boolean },
  view: View,
): string {
  const { items, at } = inventory
  const title = items[0]?.environmentTitle
  if (title === undefined) return `${nothingOf(asked)} here.`
  const head = isPast ? [`${title} as of ${presentPast(at, view.zone)}`, ''] : [title, '']
  const drifted = items.filter(({ drift }) => drift).map((row) => `≠ ${driftWords(row)}`)
  return [
    ...head,
    presentTable(COLUMNS, linesOf(items, view), view.width),
    ...drifted,
    ...(isPast ? [] : presentWaysOut(items)),
  ].join('\n')
}

/** How each application is put back, and why something is not; what is right is accepted one by one. */
function presentWaysOut(items: readonly InventoryRow[]): string[] {
  const drifted = items.filter(({ drift }) => drift)
  const [first] = drifted
  if (first === undefined) return []
  const stays = drifted.flatMap(({ notPutBack }) => (notPutBack === null ? [] : [notPutBack]))
  const accept = `Accept what runs:  lockstep inventory accept ${addressOf(first)} ${first.component} ${first.resource} -m WHY`
  return ['', ...presentPutBacks(items), ...new Set(stays), accept]
}

/** The command for each application in each environment that a deployment puts back. */
function presentPutBacks(items: readonly InventoryRow[]): string[] {
  const lines = items.flatMap((row) =>
    row.putBack === null
      ? []
      : [
          `Put back ${row.putBack.version}:  lockstep inventory put-back ${addressOf(row)} ${row.application}`,
        ],
  )
  return [...new Set(lines)]
}

/** Places that run the same of a component, since the same time, stand in one line. */
function linesOf(items: readonly InventoryRow[], view: View): Line[] {
  const alike = Map.groupBy(items, (row) =>
    JSON.stringify([
      row.application,
      row.component,
      row.reported?.version,
      presentTime(row.since, view),
      row.putBy,
    ]),
  )
  return [...alike.values()].map((rows) => {
    const [first] = rows
    return {
      component: first?.component ?? '',
      place:
        rows.length === 1
          ? (first?.resource ?? '')
          : rows.length <= 3
            ? rows.map(({ resource }) => resource).join(', ')
            : counted(rows.length, 'place'),
      runs: first?.reported?.version ?? (first?.unknown === true ? 'unknown' : 'nothing'),
      reported: rows.filter(({ reported }) => reported !== null).length,
      verified: rows.filter(({ verified }) => verified).length,
      since: first === undefined ? '' : presentTime(first.since, view),
      putBy: first?.putBy ?? 'not by Lockstep',
    }
  })
}

/** What accepting drift takes away from other drift of the application; undefined: nothing. */
export function presentLeftDrifted(left: readonly InventoryRow[]): string | undefined {
  const [first] = left
  if (first === undefined) return undefined
  const [more, have] = left.length === 1 ? ['', 'has'] : [` and ${left.length - 1} more`, 'have']
  return `${first.component} on ${first.resource}${more} ${have} drifted too. Once this is accepted, nothing puts that back any more.`
}
