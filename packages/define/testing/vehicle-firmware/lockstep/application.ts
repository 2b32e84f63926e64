import {
  artifact,
  command,
  component,
  defineApplication,
  tier,
  type HostProcesses,
} from '@lockstep/define'

/** In Dev and QA a car is a program on a machine. A function is the template. */
const asProgram = (name: string): HostProcesses => ({
  deploy: [
    artifact('place', { into: `/opt/car/${name}` }),
    command('restart', ['systemctl', 'restart', name], { timeout: '30s' }),
  ],
  undeploy: [command('stop', ['systemctl', 'disable', '--now', name])],
})

export const vehicleFirmware = defineApplication('vehicle-firmware', {
  title: 'Vehicle firmware',
  tiers: [
    tier('car', [
      component('telemetry-agent', {
        requires: { 'telemetry-api': '>=2' },
        hosts: asProgram('telemetry-agent'),
        fleet: { verifiedBy: 'telemetry_version' },
      }),
      component('battery-light', {
        hosts: asProgram('battery-light'),
        fleet: { verifiedBy: 'light_version' },
      }),
      component('updater', {
        hosts: asProgram('updater'),
        fleet: { verifiedBy: 'updater_version' },
      }),
    ]),
  ],
})
