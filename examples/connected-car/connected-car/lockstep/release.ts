import {
  allTasksPassed,
  approval,
  collect,
  compatible,
  definePipeline,
  defineRelease,
  deploy,
  group,
  http,
  metric,
  parameter,
  pipeline,
  sideBySide,
  stage,
  test,
  tests,
} from '@lockstep/define'
import { dataBackend, mobileApp, vehicleFirmware } from './applications.ts'
import { production, staging } from './environments.ts'
import { productionPlaces, stagingPlaces } from './places.ts'

/** Staging rehearses exactly what Production does. The backend first: it speaks to old and new cars. */
const goLive = [
  deploy(dataBackend),
  sideBySide('cars and phones', [deploy(vehicleFirmware), deploy(mobileApp)]),
] as const

/** The tests of the whole product are no product code; they live in the repository of this definition. */
const inStaging = {
  agent: 'staging-services',
  source: { repository: 'connected-car' },
  env: {
    BACKEND_URL: stagingPlaces.backend,
    DASHBOARD_URL: stagingPlaces.dashboard,
    CAR_URLS: stagingPlaces.cars.join(','),
    PHONE_URL: stagingPlaces.phone,
  },
  report: 'reports/*.xml',
  timeout: '5m',
  // Asks a product that runs: one of its programs, or its database, may be starting anew just then.
  onLost: 'retry',
  onError: { retry: 2, every: '5s' },
} as const

export const connectedCar = definePipeline('connected-car', {
  title: 'Connected car',
  parameters: { soak: parameter.duration({ title: 'Soak in Staging', default: '2s' }) },
  stages: ({ soak }) => [
    stage('staging', {
      title: 'Staging',
      entry: [compatible()],
      tasks: [
        ...goLive,
        test('car to phone', {
          run: ['node', 'tools/test.mjs', 'round-trip', 'checks/round-trip.test.js'],
          ...inStaging,
        }),
        test('v1 cars on the v2 backend', {
          run: ['node', 'tools/test.mjs', 'mixed-fleet', 'checks/mixed-fleet.test.js'],
          ...inStaging,
        }),
      ],
      exit: [
        allTasksPassed(),
        sideBySide([
          tests({ passRate: '100%' }),
          metric('Ingest errors under 0.5 %', {
            json: `${stagingPlaces.dashboard}/api/summary`,
            field: 'ingest.errorPercent',
            below: 0.5,
            for: soak,
            within: '2m',
          }),
        ]),
        approval('Ready for Production', {
          oneFromEach: [group('qa'), group('embedded-leads'), group('release-managers')],
          expires: '16h',
        }),
      ],
    }),
    stage('production', {
      title: 'Production',
      entry: [compatible(), approval('Start', { by: [group('release-managers')] })],
      tasks: goLive,
      exit: [
        allTasksPassed(),
        sideBySide([
          ...productionPlaces.backends.map((backend) =>
            http(`${backend}/healthz`, { within: '1m' }),
          ),
          http(`${productionPlaces.dashboard}/healthz`, { within: '1m' }),
        ]),
      ],
    }),
  ],
})

/** The same three applications from the same three teams, each time in other versions. */
const collected = (versions: string) =>
  [
    collect(vehicleFirmware, { from: pipeline('embedded/vehicle-firmware'), versions }),
    collect(dataBackend, { from: pipeline('backend/data-backend'), versions }),
    collect(mobileApp, { from: pipeline('mobile/mobile-app'), versions }),
  ] as const

export const connectedCar1 = defineRelease('connected-car-1.0', {
  title: 'Connected Car 1.0',
  purpose: 'Charge and efficiency of every car on the dashboard and on the phone.',
  owner: group('release-managers'),
  pipeline: connectedCar,
  applications: collected('1.x'),
  environments: { staging, production },
})

export const connectedCar2 = defineRelease('connected-car-2.0', {
  title: 'Connected Car 2.0',
  purpose: 'New telemetry with state of charge per cell; the light shows charging speed.',
  owner: group('release-managers'),
  pipeline: connectedCar,
  applications: collected('2.x'),
  environments: { staging, production },
})
