import {
  artifact,
  command,
  component,
  componentStep,
  defineApplication,
  tier,
  type HostProcesses,
} from '@lockstep/define'

const service = (name: string): HostProcesses => ({
  deploy: [
    artifact('place', { into: `/srv/${name}` }),
    command('restart', ['systemctl', 'restart', name], {
      timeout: '1m',
      onError: { retry: 2, every: '10s' },
    }),
  ],
  undeploy: [command('stop', ['systemctl', 'disable', '--now', name])],
})

export const dataBackend = defineApplication('data-backend', {
  title: 'Data backend',
  tiers: [
    tier('store', [
      component('charge-store', {
        hosts: {
          deploy: [
            artifact('place', { into: '/srv/charge-store' }),
            command('migrate', ['/srv/charge-store/migrate', 'up'], {
              timeout: '15m',
              runOn: 'one',
              onLost: 'ask',
            }),
          ],
        },
      }),
    ]),
    tier('edge', [
      component('ingest-api', {
        provides: { 'telemetry-api': '1..2', 'charge-api': '1..2' },
        hosts: service('ingest-api'),
      }),
    ]),
    tier('insight', [
      component('range-model', { hosts: service('range-model') }),
      component('fleet-dashboard', {
        requires: { 'charge-api': '>=2' },
        hosts: service('fleet-dashboard'),
      }),
    ]),
  ],
  processes: {
    deploy: [
      componentStep('charge-store'),
      componentStep('ingest-api', 'deploy', { runOn: { atOnce: 2 } }),
      componentStep('range-model', 'deploy', { needs: ['charge-store'] }),
      componentStep('fleet-dashboard', 'deploy', { needs: ['ingest-api', 'range-model'] }),
    ],
  },
})
