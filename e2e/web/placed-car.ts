// The connected car as it is defined and told about: four environments, three applications, and what runs where.

import { createHash } from 'node:crypto'
import type { Client } from '@lockstep/client'
import {
  artifact,
  command,
  component,
  componentStep,
  defineApplication,
  defineEnvironment,
  definePipeline,
  deploy,
  hosts,
  stage,
  tier,
  tierMap,
} from '@lockstep/define'
import type { EnvironmentId, ProjectId } from '@lockstep/domain'

const PROJECT = 'connected-car'

const flash = (part: string) => ({
  deploy: [
    artifact('Fetch', { into: `slots/b/${part}`, onLost: 'retry' }),
    command('Verify signature', ['ota', 'verify', `slots/b/${part}`], { timeout: '1m' }),
    command('Flash', ['ota', 'flash', 'b', part], { needs: ['Verify signature'] }),
    command('Carry over settings', ['ota', 'settings', 'a', 'b'], {
      needs: ['Verify signature'],
      onError: { retry: 2, every: '30s' },
    }),
    command('Reboot into slot B', ['ota', 'reboot', 'b'], {
      needs: ['Flash', 'Carry over settings'],
      timeout: '5m',
      onError: 'ask',
    }),
    command('Health check', ['ota', 'health'], { needs: ['Reboot into slot B'] }),
    command('Light check', ['light', 'check'], { needs: ['Reboot into slot B'] }),
    command('Commit slot B', ['ota', 'commit', 'b'], { needs: ['Health check', 'Light check'] }),
    command('Tidy up', ['rm', '-rf', 'slots/tmp'], { needs: ['Commit slot B'], always: true }),
  ],
})
const service = (part: string) => ({
  deploy: [
    artifact('place', { into: `srv/${part}` }),
    command('restart', ['systemctl', 'restart', part], { timeout: '1m' }),
  ],
  undeploy: [command('stop', ['systemctl', 'stop', part])],
})

const firmware = defineApplication('vehicle-firmware', {
  title: 'Vehicle firmware',
  tiers: [
    tier('car', [
      component('telemetry-agent', { hosts: flash('telemetry-agent') }),
      component('battery-light', { hosts: flash('battery-light') }),
      component('updater', { hosts: service('updater') }),
    ]),
  ],
})
const backend = defineApplication('data-backend', {
  title: 'Data backend',
  tiers: [
    tier('edge', [
      component('ingest-api', {
        provides: { 'telemetry-api': '1..2' },
        hosts: service('ingest-api'),
      }),
    ]),
    tier('store', [component('charge-store', { hosts: service('charge-store') })]),
    tier('insight', [
      component('range-model', { hosts: service('range-model') }),
      component('fleet-dashboard', {
        requires: { 'telemetry-api': '>=2' },
        hosts: service('fleet-dashboard'),
      }),
    ]),
  ],
  processes: {
    deploy: [
      componentStep('charge-store'),
      componentStep('ingest-api', 'deploy', { needs: ['charge-store'] }),
      componentStep('range-model', 'deploy', { needs: ['charge-store'] }),
      componentStep('fleet-dashboard', 'deploy', { needs: ['ingest-api', 'range-model'] }),
    ],
  },
})
const mobile = defineApplication('mobile-app', {
  title: 'Mobile app',
  tiers: [
    tier('phone', [component('ios-app', { hosts: service('ios-app') })]),
    tier('relay', [component('push-relay', { hosts: service('push-relay') })]),
  ],
})

const small = (name: 'dev' | 'qa', title: string) =>
  defineEnvironment(name, {
    title,
    tiers: [hosts('all-in-one', { label: name }), hosts('cars', { label: `${name}-car` })],
    receives: [
      tierMap(firmware, { car: 'cars' }),
      tierMap(backend, { edge: 'all-in-one', store: 'all-in-one', insight: 'all-in-one' }),
      tierMap(mobile, { phone: 'all-in-one', relay: 'all-in-one' }),
    ],
  })
const large = (name: 'staging' | 'production', title: string) =>
  defineEnvironment(name, {
    title,
    tiers: [
      hosts('web', { label: `${name}-web`, atOnce: 1 }),
      hosts('db', { label: `${name}-db` }),
      hosts('app', { label: `${name}-app` }),
      hosts('cars', { label: `${name}-car`, atOnce: 2 }),
    ],
    receives: [
      tierMap(firmware, { car: 'cars' }),
      tierMap(backend, { edge: 'web', store: 'db', insight: 'app' }),
      tierMap(mobile, { phone: 'app', relay: 'app' }),
    ],
  })
// Not in the order of delivery: the pipeline says which comes first.
const production = large('production', 'Production')
const staging = large('staging', 'Staging')
const qa = small('qa', 'QA')
const dev = small('dev', 'Dev')
const step = (environment: typeof dev | typeof staging) =>
  stage(environment.name, { environment, tasks: [deploy(firmware)] })
const way = definePipeline('delivery', {
  stages: [step(dev), step(qa), step(staging), step(production)],
})

/** What runs on which resources, by environment, application and component. */
type Told = Readonly<
  Record<string, readonly (readonly [string, string, string, readonly string[]])[]>
>
const cars = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${String(at + 1).padStart(2, '0')}`)
const TOLD: Told = {
  dev: [
    ['vehicle-firmware', 'telemetry-agent', '2.1.0-dev.14', ['dev-car-01']],
    ['vehicle-firmware', 'battery-light', '2.1.0-dev.9', ['dev-car-01']],
    ['data-backend', 'ingest-api', '2.1.0-dev.31', ['dev-1']],
    ['data-backend', 'charge-store', '2.1.0-dev.31', ['dev-1']],
    ['data-backend', 'fleet-dashboard', '2.1.0-dev.30', ['dev-1']],
  ],
  qa: [
    ['vehicle-firmware', 'telemetry-agent', '2.0.0-rc.4', cars('sim-car', 3)],
    ['data-backend', 'ingest-api', '2.0.0-rc.6', ['qa-1']],
  ],
  staging: [
    ['vehicle-firmware', 'telemetry-agent', '2.0.0-rc.4', cars('bench-car', 6)],
    ['vehicle-firmware', 'battery-light', '2.0.0-rc.4', cars('bench-car', 6)],
    ['vehicle-firmware', 'updater', '1.4.2', cars('bench-car', 6)],
    ['data-backend', 'ingest-api', '2.0.0-rc.6', ['web-1', 'web-2']],
    ['data-backend', 'charge-store', '2.0.0-rc.6', ['charge-stg-1']],
    ['data-backend', 'range-model', '2.0.0-rc.5', ['app-1']],
    ['data-backend', 'fleet-dashboard', '2.0.0-rc.6', ['app-1']],
    ['mobile-app', 'ios-app', '2.0.0-b57', ['app-1']],
  ],
  production: [
    ['vehicle-firmware', 'telemetry-agent', '1.8.4', cars('car', 9)],
    ['vehicle-firmware', 'battery-light', '1.8.4', cars('car', 9)],
    ['data-backend', 'ingest-api', '1.12.3', ['web-8', 'web-9']],
    ['data-backend', 'charge-store', '1.12.3', ['charge-1']],
    ['mobile-app', 'ios-app', '1.9.2', ['app-9']],
  ],
}

export interface PlacedCar {
  readonly admin: Client
  readonly project: ProjectId
  readonly environment: (name: string) => EnvironmentId
  /** Tells that a resource runs another version now. */
  tell(environment: string, told: (typeof TOLD)[string][number]): Promise<void>
}

/** Applies the definitions and tells what runs where. */
export async function placeCar(admin: Client): Promise<PlacedCar> {
  const project = (await admin.createProject({ name: PROJECT, title: 'Connected Car' })).id
  await admin.applyDefinitions({
    project,
    source: 'e2e',
    definitions: [firmware, backend, mobile, production, staging, qa, dev, way].map(
      (definition) => ({
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the helpers give is data
        definition: JSON.parse(JSON.stringify(definition)) as Record<string, unknown>,
      }),
    ),
  })
  const { items } = await admin.listEnvironments({ limit: 200 })
  const environment: PlacedCar['environment'] = (name) => {
    const found = items.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no environment ${name}`)
    return found.id
  }
  const tell: PlacedCar['tell'] = async (place, [application, part, version, resources]) => {
    for (const resource of resources) {
      await admin.reportInventory({
        environment: environment(place),
        application: `${PROJECT}/${application}`,
        component: part,
        resource,
        runs: {
          version,
          digest: `sha256:${createHash('sha256').update(`${part} ${version}`).digest('hex')}`,
        },
        comment: 'As it was before Lockstep.',
      })
    }
  }
  for (const [place, lines] of Object.entries(TOLD)) {
    for (const line of lines) await tell(place, line)
  }
  return { admin, project, environment, tell }
}
