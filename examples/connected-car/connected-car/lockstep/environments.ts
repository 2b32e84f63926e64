import { defineEnvironment, hosts, tierMap } from '@lockstep/define'
import { dataBackend, mobileApp, vehicleFirmware } from './applications.ts'

const receives = [
  tierMap(vehicleFirmware, { car: 'cars' }),
  tierMap(dataBackend, { store: 'database', edge: 'edge', insight: 'services' }),
  tierMap(mobileApp, { relay: 'services', phone: 'phones' }),
] as const

/** One host carries the whole backend; two bench cars and a phone stand beside it. */
export const staging = defineEnvironment('staging', {
  title: 'Staging',
  tiers: [
    hosts('database', { label: 'staging-services' }),
    hosts('edge', { label: 'staging-services' }),
    hosts('services', { label: 'staging-services' }),
    hosts('cars', { label: 'staging-car', atOnce: 2 }),
    hosts('phones', { label: 'staging-phone' }),
  ],
  receives,
})

/** Two hosts at the edge, one after the other, so that cars always find one of them. */
export const production = defineEnvironment('production', {
  title: 'Production',
  tiers: [
    hosts('database', { label: 'prod-database' }),
    hosts('edge', { label: 'prod-edge', atOnce: 1, stopAfter: 1 }),
    hosts('services', { label: 'prod-services' }),
    hosts('cars', { label: 'prod-car', atOnce: 2, stopAfter: 1 }),
    hosts('phones', { label: 'prod-phone' }),
  ],
  receives,
})
