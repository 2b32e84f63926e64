import { defineEnvironment, hosts, tierMap } from '@lockstep/define'
import { vehicleFirmware } from './application.ts'

const receives = [tierMap(vehicleFirmware, { car: 'cars' })] as const

export const dev = defineEnvironment('dev', {
  title: 'Dev',
  tiers: [hosts('cars', { label: 'dev-car' })],
  receives,
})

export const qa = defineEnvironment('qa', {
  title: 'QA',
  tiers: [hosts('cars', { label: 'qa-car', atOnce: 2 })],
  receives,
})
