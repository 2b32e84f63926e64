// Where the programs of Staging and Production answer: the PORT_BASE of each host, and the place of each
// program from there on. Every host of the demo is this machine, so one number moves them all.

const FIRST_PORT = 4700

const at = (hostOffset: number, programOffset: number) =>
  `http://127.0.0.1:${FIRST_PORT + hostOffset + programOffset}`

const [INGEST_API, FLEET_DASHBOARD, TELEMETRY_AGENT, OWNER_APP] = [0, 1, 2, 5] as const

export const stagingPlaces = {
  backend: at(100, INGEST_API),
  dashboard: at(100, FLEET_DASHBOARD),
  cars: [at(110, TELEMETRY_AGENT), at(120, TELEMETRY_AGENT)],
  phone: at(130, OWNER_APP),
}

export const productionPlaces = {
  backends: [at(200, INGEST_API), at(210, INGEST_API)],
  dashboard: at(200, FLEET_DASHBOARD),
}
