// What the compiler refuses. This file is never run: it compiles only as long as each of these lines is a mistake.

import {
  allTasksPassed,
  application,
  approval,
  artifact,
  build,
  cel,
  command,
  component,
  componentStep,
  defineApplication,
  defineEnvironment,
  definePipeline,
  defineRelease,
  deploy,
  fleet,
  group,
  hosts,
  metric,
  notify,
  parameter,
  pipeline,
  secret,
  stage,
  store,
  tests,
  that,
  tier,
  tierMap,
  collect,
  type Application,
} from './index.ts'

const firmware = defineApplication('firmware', {
  tiers: [
    tier('car', [
      component('agent', {
        hosts: { deploy: [artifact('place', { into: '/opt/agent' })] },
        fleet: { verifiedBy: 'version' },
      }),
    ]),
    tier('service', [
      component('relay', { hosts: { deploy: [command('start', ['relay', '--start'])] } }),
    ]),
  ],
})
const allTiers = [hosts('cars', { label: 'car' }), hosts('services', { label: 'service' })] as const
const bench = defineEnvironment('bench', {
  tiers: allTiers,
  receives: [tierMap(firmware, { car: 'cars', service: 'services' })],
})
const team = definePipeline('team', {
  stages: [
    stage('dev', { tasks: [deploy(firmware)] }),
    stage('qa', { environment: bench, tasks: [deploy(firmware)] }),
  ],
})

// approvals
// @ts-expect-error an approval without approvers
approval('QA', {})
// @ts-expect-error an approval with an empty list
approval('QA', { by: [] })
// @ts-expect-error an approval with an empty list of groups
approval('QA', { oneFromEach: [] })
// @ts-expect-error both ways of naming approvers
approval('QA', { by: [group('qa')], oneFromEach: [group('qa')] })
// @ts-expect-error a check is nobody who could approve
approval('QA', { by: [allTasksPassed()] })
// @ts-expect-error an unknown field
approval('QA', { by: [group('qa')], approvers: [] })

// tier maps
defineEnvironment('forgets', {
  tiers: allTiers,
  // @ts-expect-error the map forgets the tier "service"
  receives: [tierMap(firmware, { car: 'cars' })],
})
defineEnvironment('invents', {
  tiers: allTiers,
  // @ts-expect-error the application has no tier "phone"
  receives: [tierMap(firmware, { car: 'cars', service: 'services', phone: 'services' })],
})
defineEnvironment('misses', {
  tiers: allTiers,
  // @ts-expect-error the environment has no tier "boats"
  receives: [tierMap(firmware, { car: 'boats', service: 'services' })],
})
defineEnvironment('misplaces', {
  tiers: [
    hosts('cars', { label: 'car' }),
    store('phones', { app: 'a.b', track: 'beta', credentials: secret('key') }),
  ],
  // @ts-expect-error "relay" cannot be put in a store
  receives: [tierMap(firmware, { car: 'cars', service: 'phones' })],
})
defineEnvironment('squeezes', {
  tiers: [fleet('cars', { where: cel`true` })],
  // @ts-expect-error two tiers on one place: both must fit, and "relay" goes to hosts only
  receives: [tierMap(firmware, { car: 'cars', service: 'cars' })],
})

// units
// @ts-expect-error a duration without its unit
command('wait', ['sleep'], { timeout: 30 })
// @ts-expect-error a duration with an unknown unit
command('wait', ['sleep'], { timeout: '30 minutes' })
// @ts-expect-error a share without its unit
tests({ passRate: 100 })
// @ts-expect-error a contract that is no version
component('api', { provides: { 'charge-api': 'one' } })
// @ts-expect-error a parameter of the wrong type
parameter.duration({ default: '1%' })

// stages and tasks
// @ts-expect-error a stage without tasks
stage('dev', { tasks: [] })
// @ts-expect-error a stage that says nothing about tasks
stage('dev', {})
// @ts-expect-error accepting the irreversible without a reason
deploy(firmware, { acceptIrreversible: true })
// @ts-expect-error an artifact for an unknown component
build(firmware, { run: ['make'], version: 'VERSION', artifacts: { rocket: 'dist/rocket' } })
// @ts-expect-error an unknown field
deploy(firmware, { forced: true })

// secrets
// @ts-expect-error a secret in a command line
command('sign', ['sign', secret('key')])
// @ts-expect-error a secret in a text
notify('tell', { to: [group('qa')], text: secret('key') })
// @ts-expect-error a secret in a condition
that('Key', cel`facts.key == ${secret('key')}`)
// @ts-expect-error text where a secret is wanted
store('phones', { app: 'a.b', track: 'beta', credentials: 'key' })

// steps
component('api', {
  hosts: {
    deploy: [
      artifact('place', { into: '/a' }),
      // @ts-expect-error a step that needs an unknown one, in a component
      command('go', ['go'], { needs: ['plcae'] }),
    ],
  },
})
defineApplication('steps', {
  tiers: [
    tier('edge', [component('api', { hosts: { deploy: [artifact('place', { into: '/a' })] } })]),
  ],
  // @ts-expect-error a step for an unknown component
  processes: { deploy: [componentStep('apii')] },
})
defineApplication('needs', {
  tiers: [
    tier('edge', [component('api', { hosts: { deploy: [artifact('place', { into: '/a' })] } })]),
  ],
  // @ts-expect-error a step that needs an unknown one, in an application
  processes: { deploy: [componentStep('api', 'deploy', { needs: ['base'] })] },
})
// @ts-expect-error an unknown field
component('api', { host: { deploy: [] } })

// gates
// @ts-expect-error a metric with two limits
metric('Errors', { promql: 'errors', below: 1, above: 2 })
// @ts-expect-error a metric that is read from nowhere
metric('Errors', { below: 1 })

// releases
defineRelease('open', {
  owner: group('managers'),
  pipeline: team,
  applications: [collect(firmware, { from: team })],
  // @ts-expect-error the release leaves the stage "dev" without an environment
  environments: {},
})
defineRelease('dated', {
  owner: group('managers'),
  pipeline: team,
  applications: [collect(firmware, { from: team })],
  environments: { dev: bench },
  // @ts-expect-error the pipeline has no stage "moon"
  planned: { moon: '2026-11-16' },
})
defineRelease('empty', {
  owner: group('managers'),
  pipeline: team,
  // @ts-expect-error a release that collects nothing
  applications: [],
  environments: { dev: bench },
})

// What is right compiles, also where the names are only text.
const names: readonly string[] = ['a', 'b']
export const anyStage = names.map((name) => stage(name, { tasks: [deploy(firmware)] }))
export const elsewhere: Application = application('embedded/vehicle-firmware')
export const theirs = pipeline('embedded/vehicle-firmware')
export const json = metric('Errors', {
  json: 'https://metrics.example.test',
  field: 'errors.percent',
  below: 1,
})
export const work = command('pack', ['make'], {
  agent: 'linux',
  source: { repository: 'tools' },
  noOutput: '5m',
})
