import {
  artifact,
  command,
  component,
  defineApplication,
  tier,
  type HostProcesses,
} from '@lockstep/define'

/** A car is a program on a machine. Every step may be done again: restart never leaves a second copy. */
const asProgram = (name: string): HostProcesses => ({
  deploy: [
    artifact('place', { into: `opt/car/${name}`, onLost: 'retry' }),
    command('restart', ['node', `opt/car/${name}/run/restart.js`], {
      timeout: '1m',
      onLost: 'retry',
      onError: { retry: 3, every: '3s' },
    }),
  ],
  undeploy: [
    command('stop', ['node', `opt/car/${name}/run/stop.js`], { timeout: '1m', onLost: 'retry' }),
  ],
})

export const vehicleFirmware = defineApplication('vehicle-firmware', {
  title: 'Vehicle firmware',
  tiers: [
    tier('car', [
      component('telemetry-agent', {
        requires: { 'telemetry-api': '>=2' },
        hosts: asProgram('telemetry-agent'),
      }),
      component('battery-light', { hosts: asProgram('battery-light') }),
    ]),
  ],
})
