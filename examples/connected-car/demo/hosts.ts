// The hosts of the demo: every place where the product runs is a folder of this machine with an agent of its own.

/** A host with what its agent is told. `database` names the product's database of its environment. */
export interface Host {
  readonly name: string
  readonly labels: readonly string[]
  /** `project/environment` that the agent is assigned to. */
  readonly environment: string
  /** The first of this host's ten ports, counted from the first port of the demo. */
  readonly portOffset: number
  readonly database?: string
  /** Variables of the host; an address is told by its offset. */
  readonly env: Readonly<Record<string, string | Address>>
}

/** Where another host's program answers, counted from the first port of the demo. */
interface Address {
  readonly offset: number
}
const at = (offset: number): Address => ({ offset })

/** The table of README.md, as data. */
export const HOSTS: readonly Host[] = [
  host('embedded-dev-1', 'linux dev-car', 'embedded/dev', 0, {
    CAR_ID: 'dev-car-1',
    BACKEND_URL: at(30),
  }),
  host('embedded-qa-1', 'qa-car', 'embedded/qa', 10, { CAR_ID: 'qa-car-1', BACKEND_URL: at(40) }),
  host('embedded-qa-2', 'qa-car', 'embedded/qa', 20, { CAR_ID: 'qa-car-2', BACKEND_URL: at(40) }),
  host('backend-dev-1', 'linux backend-dev', 'backend/dev', 30, {}, 'car_dev'),
  host('backend-qa-1', 'backend-qa', 'backend/qa', 40, {}, 'car_qa'),
  host('mobile-dev-1', 'linux mobile-dev', 'mobile/dev', 50, {
    BACKEND_URL: at(30),
    RELAY_URL: at(54),
    OWNER_CAR: 'dev-car-1',
  }),
  host('mobile-qa-1', 'mobile-qa', 'mobile/qa', 60, {
    BACKEND_URL: at(40),
    RELAY_URL: at(64),
    OWNER_CAR: 'qa-car-1',
  }),
  host('staging-services-1', 'staging-services', 'connected-car/staging', 100, {}, 'car_staging'),
  host('staging-car-1', 'staging-car', 'connected-car/staging', 110, {
    CAR_ID: 'staging-car-1',
    BACKEND_URL: at(100),
  }),
  host('staging-car-2', 'staging-car', 'connected-car/staging', 120, {
    CAR_ID: 'staging-car-2',
    BACKEND_URL: at(100),
  }),
  host('staging-phone-1', 'staging-phone', 'connected-car/staging', 130, {
    RELAY_URL: at(104),
    OWNER_CAR: 'staging-car-1',
  }),
  host(
    'prod-edge-1',
    'prod-edge prod-database prod-services',
    'connected-car/production',
    200,
    {},
    'car_production',
  ),
  host('prod-edge-2', 'prod-edge', 'connected-car/production', 210, {}, 'car_production'),
  host('prod-car-1', 'prod-car', 'connected-car/production', 220, {
    CAR_ID: 'prod-car-1',
    BACKEND_URL: at(200),
  }),
  host('prod-car-2', 'prod-car', 'connected-car/production', 230, {
    CAR_ID: 'prod-car-2',
    BACKEND_URL: at(210),
  }),
  host('prod-car-3', 'prod-car', 'connected-car/production', 240, {
    CAR_ID: 'prod-car-3',
    BACKEND_URL: at(200),
  }),
  host('prod-phone-1', 'prod-phone', 'connected-car/production', 250, {
    RELAY_URL: at(204),
    OWNER_CAR: 'prod-car-1',
  }),
]

function host(
  name: string,
  labels: string,
  environment: string,
  offset: number,
  env: Host['env'],
  database?: string,
): Host {
  return {
    name,
    labels: labels.split(' '),
    environment,
    portOffset: offset,
    env,
    ...(database === undefined ? {} : { database }),
  }
}

/** Components and where they answer on a host, counted from its first port; charge-store does not stay running. */
export const PORT_OF: Readonly<Record<string, number>> = {
  'ingest-api': 0,
  'fleet-dashboard': 1,
  'telemetry-agent': 2,
  'battery-light': 3,
  'push-relay': 4,
  'owner-app': 5,
}

/** Ports of the whole demo, from the first one on. */
export const PORT_COUNT = 300

/** Every port that a program of the product may listen on, counted from the first one. */
export const PORT_OFFSETS: readonly number[] = HOSTS.flatMap(({ portOffset }) =>
  Object.values(PORT_OF).map((offset) => portOffset + offset),
)

/** The host of this name. */
export function hostOf(name: string): Host {
  const found = HOSTS.find((one) => one.name === name)
  if (found === undefined) throw new Error(`the demo has no host ${name}`)
  return found
}

/** What the programs of a host are told of the product's places. */
export function variablesOf(host: Host, firstPort: number): Record<string, string> {
  const told = Object.entries(host.env).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : urlAt(firstPort + value.offset),
  ])
  return {
    ...Object.fromEntries(told),
    PORT_BASE: String(firstPort + host.portOffset),
  }
}

/** Where a component answers on a host; undefined for one that does not stay running. */
export function addressOn(
  firstPort: number,
  hostName: string,
  component: string,
): string | undefined {
  const offset = PORT_OF[component]
  if (offset === undefined) return undefined
  return urlAt(firstPort + hostOf(hostName).portOffset + offset)
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`
}
