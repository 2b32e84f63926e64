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
  group,
  hosts,
  secret,
  snapshot,
  stage,
  store,
  test,
  tests,
  tier,
  tierMap,
} from '@lockstep/define'

export const mobileApp = defineApplication('mobile-app', {
  title: 'Mobile app',
  tiers: [
    tier('phone', [
      component('ios-app', {
        requires: { 'charge-api': '>=2' },
        store: { platform: 'ios', upload: 'owner.ipa', notes: 'store/whats-new.md' },
      }),
    ]),
    tier('relay', [
      component('push-relay', {
        hosts: {
          deploy: [
            artifact('place', { into: '/srv/push-relay' }),
            command('restart', ['systemctl', 'restart', 'push-relay'], { timeout: '1m' }),
          ],
        },
      }),
    ]),
  ],
})

const testers = (track: string, label: string) =>
  ({
    tiers: [
      store('phones', {
        app: 'car.aurel.owner',
        track: 'testflight',
        group: track,
        credentials: secret('store-key'),
      }),
      hosts('services', { label }),
    ],
    receives: [tierMap(mobileApp, { phone: 'phones', relay: 'services' })],
  }) as const

export const dev = defineEnvironment('dev', { title: 'Dev', ...testers('team', 'mobile-dev') })
export const qa = defineEnvironment('qa', { title: 'QA', ...testers('qa-phones', 'mobile-qa') })

export const teamPipeline = definePipeline('mobile-app', {
  on: [commit({ repository: 'mobile-app', branch: 'main', supersede: true })],
  stages: [
    stage('dev', {
      environment: dev,
      tasks: [
        build(mobileApp, {
          agent: 'macos',
          run: ['make', 'archive'],
          env: { SIGNING_KEY: secret('signing-key') },
          version: 'VERSION',
          artifacts: { 'ios-app': 'build/owner.ipa', 'push-relay': 'build/push-relay.tgz' },
        }),
        test('unit tests', { agent: 'macos', run: ['make', 'test'], report: 'reports/*.xml' }),
        snapshot(mobileApp),
        deploy(mobileApp),
      ],
      exit: [allTasksPassed(), tests({ passRate: '100%' })],
    }),
    stage('qa', {
      environment: qa,
      tasks: [
        deploy(mobileApp),
        test('on real phones', {
          agent: 'phone-rack',
          run: ['make', 'ui-test'],
          matrix: { device: ['phone-small', 'phone-large', 'phone-old', 'tablet'] },
          report: 'reports/*.xml',
        }),
      ],
      exit: [tests({ noNewFailures: true }), approval('Mobile QA', { by: [group('mobile-qa')] })],
    }),
  ],
})
