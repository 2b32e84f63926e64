// Written by `lockstep types`.
import '@lockstep/define'

declare module '@lockstep/define' {
  interface Known {
    applications: {
      'backend/data-backend': { store: 'hosts'; edge: 'hosts'; insight: 'hosts' }
      'embedded/vehicle-firmware': { car: 'hosts' }
      'mobile/mobile-app': { relay: 'hosts'; phone: 'hosts' }
    }
    pipelines: {
      'backend/data-backend': true
      'embedded/vehicle-firmware': true
      'mobile/mobile-app': true
    }
    groups: {
      'backend-qa': true
      'embedded-leads': true
      'embedded-qa': true
      qa: true
      'release-managers': true
    }
  }
}
