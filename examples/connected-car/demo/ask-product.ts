// The product in Production, asked as cars, dashboards and phones are: over its pages and its streams.

import type { CarFacts, DashboardFacts, ProductFacts } from './evidence.ts'
import { addressOn, HOSTS } from './hosts.ts'

const ANSWERS_WITHIN_MS = 10_000
const DASHBOARD_HOST = 'prod-edge-1'
const PHONE_HOST = 'prod-phone-1'

/** What the product's programs answer. */
interface Telemetry {
  readonly sentAt: string
  readonly format: number
  readonly stateOfChargePercent: number
}
interface Summary {
  readonly shownBy: { readonly version: string }
  readonly pushes: { readonly received: number }
  readonly carCount: number
  readonly averageChargePercent: number | null
  readonly averageEfficiencyMpge: number | null
  readonly cars: readonly {
    readonly stateOfChargePercent: number
    readonly cellsPercent: readonly number[] | null
  }[]
}
interface PhoneCar {
  readonly title: string
  readonly charge: string
  readonly reading: Telemetry | null
}

/** Asks cars, lights, the dashboard and the phone of Production at once. */
export async function askProduct(firstPort: number): Promise<ProductFacts> {
  const names = HOSTS.filter(({ labels }) => labels.includes('prod-car')).map(({ name }) => name)
  const at = (host: string, component: string, path: string): string =>
    `${addressOn(firstPort, host, component) ?? ''}${path}`
  const [cars, dashboard, phone, dashboardPage, phonePage] = await Promise.all([
    Promise.all(names.map((name) => askCar(name, (component, path) => at(name, component, path)))),
    watchDashboard(at(DASHBOARD_HOST, 'fleet-dashboard', '/events')),
    watchPhone(at(PHONE_HOST, 'owner-app', '/events'), (car) =>
      at(car, 'telemetry-agent', '/recent'),
    ),
    readPlaces(at(DASHBOARD_HOST, 'fleet-dashboard', '/')),
    readPlaces(at(PHONE_HOST, 'owner-app', '/')),
  ])
  return { cars, dashboard, phone, dashboardPage, phonePage }
}

async function askCar(
  name: string,
  at: (component: string, path: string) => string,
): Promise<CarFacts> {
  const state = await askJson<Telemetry>(at('telemetry-agent', '/state'))
  const light = await askJson<{ readonly says: string; readonly hex: string }>(
    at('battery-light', '/light'),
  )
  // Read after the light was: what it shows is among these.
  const recent = await askJson<readonly Telemetry[]>(at('telemetry-agent', '/recent'))
  return {
    name,
    format: state.format,
    chargePercent: state.stateOfChargePercent,
    light: light.says,
    hex: light.hex,
    recentPercents: recent.slice(-5).map(({ stateOfChargePercent }) => stateOfChargePercent),
  }
}

/** The first thing that the page is told, and the next one that is newer. */
async function watchDashboard(url: string): Promise<ProductFacts['dashboard']> {
  let first: Summary | undefined
  for await (const summary of follow<Summary>(url)) {
    first ??= summary
    if (summary.pushes.received > first.pushes.received) {
      return [dashboardFacts(first), dashboardFacts(summary)]
    }
  }
  if (first === undefined) throw new Error(`${url} told nothing`)
  return [dashboardFacts(first), dashboardFacts(first)]
}

function dashboardFacts(summary: Summary): DashboardFacts {
  return {
    version: summary.shownBy.version,
    received: summary.pushes.received,
    carCount: summary.carCount,
    averageChargePercent: summary.averageChargePercent,
    averageEfficiencyMpge: summary.averageEfficiencyMpge,
    chargesPercent: summary.cars.map((car) => car.stateOfChargePercent),
    cellCounts: summary.cars.map(({ cellsPercent }) => cellsPercent?.length ?? 0),
  }
}

/** Waits for the next charge that the phone is told, and asks the car what it had sent. */
async function watchPhone(
  url: string,
  recentOf: (car: string) => string,
): Promise<ProductFacts['phone']> {
  let before: string | undefined
  for await (const { title, charge, reading } of follow<PhoneCar>(url)) {
    if (reading === null) continue
    const { sentAt } = reading
    before ??= sentAt
    if (sentAt === before) continue
    const shownAfterMs = Math.max(0, Date.now() - Date.parse(sentAt))
    const recent = await askJson<readonly Telemetry[]>(recentOf(title))
    const sent = recent.find((one) => one.sentAt === sentAt)
    return {
      car: title,
      charge,
      sentAt,
      shownAfterMs,
      carPercent: sent?.stateOfChargePercent ?? null,
    }
  }
  throw new Error(`${url} told nothing new`)
}

/** The places of a page that its script fills, by their names. */
async function readPlaces(url: string): Promise<readonly string[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
  const html = await response.text()
  return [...html.matchAll(/ id="([a-z-]+)"/g)].map(([, name = '']) => name)
}

/** Messages of server-sent events, until the time is over. */
async function* follow<Message>(url: string): AsyncGenerator<Message> {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
  const response = await fetch(url, { signal })
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const bytes of response.body ?? []) {
      rest += decoder.decode(bytes, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        if (block.startsWith('data: ')) yield JSON.parse(block.slice('data: '.length)) as Message
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function askJson<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as Answer
}
