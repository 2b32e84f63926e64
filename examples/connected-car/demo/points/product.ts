// S28 to S30 and S32: the product itself, asked over its own pages and ports.

import type { CarFacts, Evidence } from '../evidence.ts'
import { gatheredOf, listed, must, notYet, seconds } from './point.ts'

/** A light looks once in a second, and a car lives a minute in that time. */
const CLOSE_PERCENT = 1
/** The phone is told at once; this is for a machine that has much to do. */
const SHOWN_WITHIN_MS = 10_000

export function judgeVehicle(evidence: Evidence): string {
  const { cars } = gatheredOf(evidence).product
  must(cars.length > 0, 'no car was asked')
  for (const car of cars) {
    const shown = Number(/^(\d+) %/.exec(car.light)?.[1] ?? Number.NaN)
    const follows = car.recentPercents.some((percent) => Math.abs(percent - shown) <= CLOSE_PERCENT)
    must(follows, `the light of ${car.name} says "${car.light}" at ${percentOf(car)}`)
  }
  return notYet(
    `${cars.length} simulated cars, lights follow the charge; updates over the device API come with the fleet issue`,
  )
}

function percentOf({ chargePercent }: CarFacts): string {
  return `${Math.round(chargePercent)} %`
}

/** Places on the dashboard's page that show a value; the last two came with version 2. */
const WIDGETS = ['charge', 'efficiency', 'count', 'pushes', 'cars', 'charging', 'spread'] as const

export function judgeDashboard(evidence: Evidence): string {
  const { dashboard, dashboardPage } = gatheredOf(evidence).product
  const missing = WIDGETS.filter((id) => !dashboardPage.includes(id))
  must(missing.length === 0, `the dashboard's page has no place for ${listed(missing)}`)
  const [first, second] = dashboard
  must(
    second.received > first.received,
    `the dashboard had taken ${first.received} pushes, and later ${second.received}`,
  )
  must(second.carCount > 0, 'the dashboard knows no car')
  return `database and dashboard; ${WIDGETS.length} widgets took ${second.received} pushes, ${second.received - first.received} while it was looked at`
}

export function judgePhone(evidence: Evidence): string {
  const { phone, phonePage } = gatheredOf(evidence).product
  for (const id of ['charge', 'facts', 'cells']) {
    must(phonePage.includes(id), `the phone's page has no place for ${id}`)
  }
  must(phone.carPercent !== null, `the phone shows a moment that ${phone.car} does not remember`)
  const shown = `${Math.round(phone.carPercent)} %`
  must(phone.charge === shown, `the phone's page shows ${phone.charge}, ${phone.car} sent ${shown}`)
  must(
    phone.shownAfterMs < SHOWN_WITHIN_MS,
    `the phone's page showed ${phone.car}'s charge ${seconds(phone.shownAfterMs)} after it was sent`,
  )
  return `the phone's page showed ${phone.car}'s charge, ${shown}, ${seconds(phone.shownAfterMs)} after the car sent it`
}

export function judgeVehicleData(evidence: Evidence): string {
  const { cars, dashboard } = gatheredOf(evidence).product
  const { averageChargePercent, averageEfficiencyMpge, chargesPercent, cellCounts, version } =
    dashboard[1]
  const old = cars.find(({ format }) => format !== 2)
  must(old === undefined, `${old?.name} sends telemetry format ${old?.format}`)
  must(averageChargePercent !== null, 'no charge has been collected')
  must(averageEfficiencyMpge !== null, 'no efficiency has been collected')
  const mean = chargesPercent.reduce((sum, each) => sum + each, 0) / chargesPercent.length
  must(
    Math.abs(mean - averageChargePercent) < 0.1,
    `the dashboard says ${averageChargePercent} % for cars of ${listed(chargesPercent.map(String))} %`,
  )
  must(
    cellCounts.length > 0 && cellCounts.every((count) => count > 0),
    `the dashboard ${version} knows ${listed(cellCounts.map(String))} cells of its cars`,
  )
  return `charge ${Math.round(averageChargePercent)} % and efficiency ${Math.round(averageEfficiencyMpge)} MPGe collected, averaged, shown; cells of ${cellCounts.length} cars`
}
