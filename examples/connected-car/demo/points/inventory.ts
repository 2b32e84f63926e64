// S26 and S27: what is where, now and then.

import type { Evidence, InventoryFacts } from '../evidence.ts'
import { gatheredOf, listed, must } from './point.ts'

/** The seven components of the product. */
const COMPONENTS = [
  'battery-light',
  'charge-store',
  'fleet-dashboard',
  'ingest-api',
  'owner-app',
  'push-relay',
  'telemetry-agent',
] as const

export function judgeInventory({ inventories, releaseRuns }: Evidence): string {
  const moment = `after ${releaseRuns.at(-1)?.name ?? ''}`
  const rows = (inventories[moment]?.rows ?? []).filter(
    ({ environmentTitle }) => environmentTitle === 'Staging',
  )
  const components = [...new Set(rows.map(({ component }) => component))].toSorted()
  must(components.join() === COMPONENTS.join(), `inventory of Staging lists ${listed(components)}`)
  const unsure = rows.find(({ verified, version }) => !verified || version === null)
  must(
    unsure === undefined,
    `${unsure?.component} on ${unsure?.resource} is ${unsure?.version ?? 'unknown'}, and not verified`,
  )
  const resources = new Set(rows.map(({ resource }) => resource)).size
  return `inventory of Staging lists ${components.length} components on ${resources} hosts, each with its version, verified`
}

export function judgePast(evidence: Evidence): string {
  const then = evidence.inventories[`before ${evidence.releaseRuns.at(-1)?.name ?? ''}`]
  must(then !== undefined && then.rows.length > 0, 'no inventory was kept before the release')
  const { inventoryOfBefore } = gatheredOf(evidence)
  const [kept, asked] = [linesOf(then), linesOf(inventoryOfBefore)]
  const lost = kept.find((line) => !asked.includes(line))
  must(lost === undefined, `then recorded, and not there as of then: ${lost}`)
  const added = asked.find((line) => !kept.includes(line))
  must(added === undefined, `as of then, and not recorded then: ${added}`)
  return `inventory as of before the release equals what was recorded then, ${kept.length} rows`
}

function linesOf({ rows }: InventoryFacts): readonly string[] {
  return rows.map(
    ({ environmentTitle, component, resource, version, digest }) =>
      `${component} ${version ?? 'unknown'} on ${resource} in ${environmentTitle} (${digest?.slice(0, 15) ?? 'no digest'})`,
  )
}
