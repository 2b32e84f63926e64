// What the demo prints at its end.

import type { Evidence, InventoryFacts } from './evidence.ts'
import type { Verdict } from './points/point.ts'

const PLACES = ['Dev', 'QA', 'Staging', 'Production'] as const

const APPLICATIONS = ['vehicle-firmware', 'data-backend', 'mobile-app'] as const

/** `Release Connected Car 2.0, run 1: succeeded after 58 s.`, and what was counted over all runs of the demo. */
export function presentOutcome(evidence: Evidence, mails: number): string {
  const release = evidence.releaseRuns.at(-1)
  if (release === undefined) return 'No release has run.'
  const { title, number, state, startedAt, finishedAt } = release
  const tookMs = Date.parse(finishedAt ?? startedAt) - Date.parse(startedAt)
  const compared = evidence.gathered?.compared ?? []
  const differ = compared.filter(({ running, built }) => running !== built).length
  return (
    `Release ${title}, run ${number}: ${state} after ${Math.round(tookMs / 1000)} s.\n` +
    `In the whole demo ${mails} mails were sent and ${evidence.decisions.length} decisions made at gates. ` +
    `${differ} of ${compared.length} programs that run now differ from the snapshots.`
  )
}

/** Applications × environments: the versions that run. */
export function presentInventory(title: string, inventory: InventoryFacts): string {
  const line = (name: string, cells: readonly string[], note: string): string =>
    `${name.padEnd(26)}${cells.map((cell) => cell.padEnd(12)).join('')}${note}`.trimEnd()
  return [
    line(title, PLACES, ''),
    ...APPLICATIONS.map((application) => {
      const cells = PLACES.map((place) => versionsOf(inventory, application, place))
      return line(application, cells, application === 'vehicle-firmware' ? carsOf(inventory) : '')
    }),
  ].join('\n')
}

function versionsOf(inventory: InventoryFacts, application: string, place: string): string {
  const versions = new Set(
    inventory.rows
      .filter((row) => row.application.endsWith(`/${application}`))
      .filter(({ environmentTitle }) => environmentTitle === place)
      .map(({ version }) => version ?? '–'),
  )
  return versions.size === 0 ? '–' : [...versions].toSorted().join(' ')
}

/** `cars 8 of 8 verified`: a car counts when everything on it was read again. */
function carsOf({ rows }: InventoryFacts): string {
  const cars = Map.groupBy(
    rows.filter(({ application }) => application.endsWith('/vehicle-firmware')),
    ({ resource }) => resource,
  )
  const verified = [...cars.values()].filter((all) => all.every((row) => row.verified)).length
  return `cars ${verified} of ${cars.size} verified`
}

/** What was where before version 2 was committed, and at the end. */
export function presentInventories({ inventories, releaseRuns }: Evidence): string {
  const moments = [
    ['Inventory before', inventories[`after ${releaseRuns[0]?.name ?? ''}`]],
    ['Inventory after', inventories[`after ${releaseRuns.at(-1)?.name ?? ''}`]],
  ] as const
  return moments
    .flatMap(([title, found]) => (found === undefined ? [] : [presentInventory(title, found)]))
    .join('\n\n')
}

const WORDS: Readonly<Record<Verdict['kind'], string>> = {
  ok: 'ok',
  not_yet: 'not yet',
  failed: 'FAILED',
}

/** One line for each point: `S7 ok  the approvers' mail …`. */
export function presentPoints(verdicts: ReadonlyMap<string, Verdict>): string {
  return [...verdicts]
    .map(([name, { kind, text }]) => `${name.padEnd(4)}${WORDS[kind].padEnd(9)}${oneLine(text)}`)
    .join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 200)
}

/** `30 ok, 4 not yet, 0 failed.` */
export function presentCounts(verdicts: ReadonlyMap<string, Verdict>): string {
  const count = (wanted: Verdict['kind']): number =>
    [...verdicts.values()].filter(({ kind }) => kind === wanted).length
  return `${count('ok')} ok, ${count('not_yet')} not yet, ${count('failed')} failed.`
}
