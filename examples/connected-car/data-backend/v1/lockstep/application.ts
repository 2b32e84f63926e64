import {
  artifact,
  command,
  component,
  defineApplication,
  tier,
  type HostProcesses,
} from '@lockstep/define'

/** May be done again, whatever became of the attempt before; the database may be starting anew just then. */
const AGAIN = { onLost: 'retry', onError: { retry: 3, every: '3s' } } as const

/** A program that runs on a host. Every step may be done again: restart never leaves a second copy. */
const service = (name: string): HostProcesses => ({
  deploy: [
    artifact('place', { into: `srv/${name}`, onLost: 'retry' }),
    command('restart', ['node', `srv/${name}/run/restart.js`], { timeout: '1m', ...AGAIN }),
  ],
  undeploy: [
    command('stop', ['node', `srv/${name}/run/stop.js`], { timeout: '1m', onLost: 'retry' }),
  ],
})

export const dataBackend = defineApplication('data-backend', {
  title: 'Data backend',
  tiers: [
    tier('store', [
      component('charge-store', {
        hosts: {
          deploy: [
            artifact('place', { into: 'srv/charge-store', onLost: 'retry' }),
            command('migrate', ['node', 'srv/charge-store/src/migrate.js', 'up'], {
              timeout: '2m',
              runOn: 'one',
              ...AGAIN,
            }),
          ],
        },
      }),
    ]),
    tier('edge', [
      component('ingest-api', {
        provides: { 'telemetry-api': '1', 'charge-api': '1' },
        hosts: service('ingest-api'),
      }),
    ]),
    tier('insight', [
      component('fleet-dashboard', {
        requires: { 'charge-api': '1' },
        hosts: service('fleet-dashboard'),
      }),
    ]),
  ],
})
