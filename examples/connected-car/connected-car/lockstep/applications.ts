import { application } from '@lockstep/define'

export const vehicleFirmware = application('embedded/vehicle-firmware')
export const dataBackend = application('backend/data-backend')
export const mobileApp = application('mobile/mobile-app')
