import {
  allTasksPassed,
  approval,
  artifact,
  build,
  command,
  commit,
  component,
  defineApplication,
  defineEnvironment,
  definePipeline,
  deploy,
  hosts,
  snapshot,
  stage,
  test,
  tests,
  tier,
  tierMap,
  user,
  type HostProcesses,
} from '@lockstep/define'

/** A program that runs on a host. Every step may be done again: restart never leaves a second copy. */
const asProgram = (folder: string): HostProcesses => ({
  deploy: [
    artifact('place', { into: folder, onLost: 'retry' }),
    command('restart', ['node', `${folder}/run/restart.js`], {
      timeout: '1m',
      onLost: 'retry',
      onError: { retry: 3, every: '3s' },
    }),
  ],
  undeploy: [
    command('stop', ['node', `${folder}/run/stop.js`], { timeout: '1m', onLost: 'retry' }),
  ],
})

/** The relay stands before the phones: they follow it. */
export const mobileApp = defineApplication('mobile-app', {
  title: 'Mobile app',
  tiers: [
    tier('relay', [
      component('push-relay', {
        requires: { 'charge-api': '>=2' },
        hosts: asProgram('srv/push-relay'),
      }),
    ]),
    tier('phone', [
      component('owner-app', {
        requires: { 'charge-api': '>=2' },
        hosts: asProgram('apps/owner-app'),
      }),
    ]),
  ],
})

const testers = (label: string) =>
  ({
    tiers: [hosts('services', { label }), hosts('phones', { label })],
    receives: [tierMap(mobileApp, { relay: 'services', phone: 'phones' })],
  }) as const

export const dev = defineEnvironment('dev', { title: 'Dev', ...testers('mobile-dev') })
export const qa = defineEnvironment('qa', { title: 'QA', ...testers('mobile-qa') })

/** Asks a product that runs: one of its programs, or its database, may be starting anew just then. */
const AGAIN = { onLost: 'retry', onError: { retry: 2, every: '5s' } } as const

export const teamPipeline = definePipeline('mobile-app', {
  title: 'Mobile app',
  on: [commit({ repository: 'mobile-app', branch: 'main', supersede: true })],
  stages: [
    stage('dev', {
      title: 'Dev',
      environment: dev,
      tasks: [
        build(mobileApp, {
          agent: 'linux',
          run: ['node', 'tools/pack.mjs'],
          version: 'VERSION',
          artifacts: {
            'push-relay': 'dist/push-relay.tar.gz',
            'owner-app': 'dist/owner-app.tar.gz',
          },
          timeout: '5m',
          onLost: 'retry',
        }),
        test('unit tests', {
          agent: 'linux',
          run: ['node', 'tools/test.mjs', 'unit', 'src/**/*.test.js'],
          report: 'reports/*.xml',
          timeout: '5m',
          onLost: 'retry',
          // A failed test does not stop Dev from being looked at; the gate below lets nothing pass that fails.
          onError: 'continue',
        }),
        snapshot(mobileApp),
        deploy(mobileApp),
      ],
      exit: [tests({ passRate: '100%' })],
    }),
    stage('qa', {
      title: 'QA',
      environment: qa,
      tasks: [
        deploy(mobileApp),
        test('on four phones', {
          agent: 'mobile-qa',
          run: ['node', 'tools/test.mjs', 'ui-test', 'qa/*.test.js'],
          matrix: { DEVICE: ['phone-small', 'phone-large', 'phone-old', 'tablet'] },
          report: 'reports/*.xml',
          timeout: '5m',
          ...AGAIN,
        }),
      ],
      exit: [
        allTasksPassed(),
        tests({ noNewFailures: true }),
        approval('Mobile QA', { by: [user('mobile-tester')] }),
      ],
    }),
  ],
})
