// What the demo prints at its end.

import type { Verdict } from './points.ts'
import type { Evidence, Inventory } from './story.ts'

const TITLES = ['Dev', 'QA', 'Staging', 'Production'] as const

/** Applications × environments: the version that verifiably runs, or what is different. */
export function presentInventory(title: string, inventory: Inventory): string {
  const applications = [
    ...new Set(inventory.items.map(({ application }) => application)),
  ].toSorted()
  const lines = [`${title.padEnd(26)}${TITLES.map((name) => name.padEnd(12)).join('')}`.trimEnd()]
  for (const application of applications) {
    const cells = TITLES.map((name) => versionsOf(inventory, application, name).padEnd(12))
    lines.push(`${(application.split('/')[1] ?? '').padEnd(26)}${cells.join('')}`.trimEnd())
  }
  return lines.join('\n')
}

function versionsOf(inventory: Inventory, application: string, title: string): string {
  const versions = new Set(
    inventory.items
      .filter((row) => row.application === application && row.environmentTitle === title)
      .map(({ reported }) => reported?.version ?? '–'),
  )
  return versions.size === 0 ? '–' : [...versions].toSorted().join(' ')
}

/** The two inventories around the last release. */
export function presentInventories(evidence: Evidence): string {
  const parts = ['before', 'after'].flatMap((when) => {
    const inventory = evidence.inventories.get(`${when} connected-car-2.0`)
    return inventory === undefined ? [] : [presentInventory(`Inventory ${when}`, inventory)]
  })
  return parts.join('\n\n')
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
