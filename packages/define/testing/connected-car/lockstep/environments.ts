import {
  approval,
  cel,
  defineEnvironment,
  fleet,
  freeze,
  group,
  hosts,
  http,
  secret,
  store,
  tierMap,
  wave,
  window,
} from '@lockstep/define'
import { dataBackend, mobileApp, vehicleFirmware } from './applications.ts'

const receives = [
  tierMap(vehicleFirmware, { car: 'cars' }),
  tierMap(dataBackend, { store: 'database', edge: 'edge', insight: 'services' }),
  tierMap(mobileApp, { phone: 'phones', relay: 'services' }),
] as const

const answers = http('http://localhost:8080/healthz', { within: '1m' })

export const staging = defineEnvironment('staging', {
  title: 'Staging',
  tiers: [
    fleet('cars', { where: cel`device.tags.exists(t, t == "bench")` }),
    hosts('database', { agents: ['eu-staging-db'] }),
    hosts('edge', { label: 'eu-staging-edge', healthy: answers }),
    hosts('services', { label: 'eu-staging' }),
    store('phones', {
      app: 'car.aurel.owner',
      track: 'testflight',
      group: 'bench',
      credentials: secret('store-key'),
    }),
  ],
  receives,
})

export const production = defineEnvironment('production', {
  title: 'Production',
  tiers: [
    fleet('cars', {
      where: cel`device.attributes.market == "eu" && device.attributes.line in ["a1", "a2"]`,
      waves: [
        wave('1%', {
          soak: '4h',
          hold: [approval('Go on after wave 1', { by: [group('fleet-operations')] })],
        }),
        wave('10%', { soak: '4h' }),
        wave('25%', { soak: '4h' }),
        wave('50%', { soak: '4h' }),
        wave('100%'),
      ],
      pauseAt: '1%',
      stopAt: '2%',
      window: '18:00-12:00 device time',
    }),
    hosts('database', { agents: ['eu-prod-db'] }),
    hosts('edge', { label: 'eu-prod-edge', atOnce: 2, healthy: answers, stopAfter: 1 }),
    hosts('services', { label: 'eu-prod' }),
    store('phones', {
      app: 'car.aurel.owner',
      track: 'production',
      phased: true,
      credentials: secret('store-key'),
    }),
  ],
  receives,
  approvers: [group('release-managers')],
  windows: [window('working days', 'Mon-Thu 06:00-16:00 Europe/Berlin')],
  freezes: [freeze('end of year', '2026-12-18', '2027-01-06')],
})
