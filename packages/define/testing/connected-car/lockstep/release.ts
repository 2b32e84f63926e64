import {
  allTasksPassed,
  approval,
  cel,
  collect,
  compatible,
  definePipeline,
  defineRelease,
  deploy,
  fleetVerified,
  group,
  healthy,
  metric,
  oneAfterAnother,
  parameter,
  pipeline,
  prepare,
  sideBySide,
  signed,
  stage,
  test,
  tests,
  that,
  waitFor,
} from '@lockstep/define'
import { dataBackend, mobileApp, vehicleFirmware } from './applications.ts'
import { production, staging } from './environments.ts'

/** Staging rehearses exactly what Production does. */
const goLive = [
  deploy(dataBackend),
  sideBySide('cars and phones', [
    deploy(vehicleFirmware),
    oneAfterAnother('phones follow the first cars', [
      prepare(mobileApp),
      waitFor(fleetVerified(vehicleFirmware, '1%')),
      deploy(mobileApp, {
        acceptIrreversible: 'Owners of updated cars need the new app before the last wave.',
      }),
    ]),
  ]),
] as const

export const connectedCar = definePipeline('connected-car', {
  title: 'Connected car',
  parameters: { soak: parameter.duration({ title: 'Soak in Staging', default: '2h' }) },
  stages: ({ soak }) => [
    stage('staging', {
      entry: [signed({ sbom: true }), compatible()],
      tasks: [
        ...goLive,
        test('car to phone', { agent: 'bench', run: ['./round-trip.sh'], report: 'reports/*.xml' }),
        test('v1 cars on the v2 backend', {
          agent: 'bench',
          run: ['./mixed-fleet.sh'],
          report: 'reports/*.xml',
        }),
      ],
      exit: [
        allTasksPassed(),
        sideBySide([
          tests({ passRate: '100%' }),
          metric('Ingest errors under 0.5 %', {
            promql: 'ingest_error_percent{env="staging"}',
            below: 0.5,
            for: soak,
          }),
          that('No open Sev-1', cel`facts.incidents.sev1 == 0`),
        ]),
        approval('Ready for Production', {
          oneFromEach: [group('qa'), group('embedded-leads'), group('release-managers')],
          expires: '16h',
        }),
      ],
    }),
    stage('production', {
      entry: [compatible(), approval('Start', { by: [group('release-managers')] })],
      tasks: goLive,
      exit: [healthy(), fleetVerified(vehicleFirmware, '98%', { within: '14d' })],
    }),
  ],
})

export const connectedCar20 = defineRelease('connected-car-2.0', {
  title: 'Connected Car 2.0',
  purpose: 'New telemetry with state of charge per cell; the light shows charging speed.',
  owner: group('release-managers'),
  pipeline: connectedCar,
  applications: [
    collect(vehicleFirmware, { from: pipeline('embedded/vehicle-firmware'), versions: '2.x' }),
    collect(dataBackend, { from: pipeline('backend/data-backend'), versions: '2.x' }),
    collect(mobileApp, { from: pipeline('mobile/mobile-app'), versions: '2.x' }),
  ],
  environments: { staging, production },
  planned: { staging: '2026-11-16', production: '2026-11-18T06:00+01:00' },
})
