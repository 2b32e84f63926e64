import {
  allTasksPassed,
  approval,
  build,
  commit,
  defineEnvironment,
  definePipeline,
  deploy,
  group,
  hosts,
  snapshot,
  stage,
  test,
  tests,
  tierMap,
} from '@lockstep/define'
import { dataBackend } from './application.ts'

/** One machine carries all three tiers, in Dev and in QA; each has its own database. */
const onOneHost = (label: string) =>
  ({
    tiers: [hosts('services', { label })],
    receives: [tierMap(dataBackend, { store: 'services', edge: 'services', insight: 'services' })],
  }) as const

export const dev = defineEnvironment('dev', { title: 'Dev', ...onOneHost('backend-dev') })
export const qa = defineEnvironment('qa', { title: 'QA', ...onOneHost('backend-qa') })

/** Asks a product that runs: one of its programs, or its database, may be starting anew just then. */
const AGAIN = { onLost: 'retry', onError: { retry: 2, every: '5s' } } as const

export const teamPipeline = definePipeline('data-backend', {
  title: 'Data backend',
  on: [commit({ repository: 'data-backend', branch: 'main' })],
  stages: [
    stage('dev', {
      title: 'Dev',
      environment: dev,
      tasks: [
        build(dataBackend, {
          agent: 'linux',
          run: ['node', 'tools/pack.mjs'],
          version: 'VERSION',
          artifacts: {
            'charge-store': 'dist/charge-store.tar.gz',
            'ingest-api': 'dist/ingest-api.tar.gz',
            'fleet-dashboard': 'dist/fleet-dashboard.tar.gz',
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
        }),
        snapshot(dataBackend),
        deploy(dataBackend),
      ],
      exit: [allTasksPassed(), tests({ passRate: '100%' })],
    }),
    stage('qa', {
      title: 'QA',
      environment: qa,
      tasks: [
        deploy(dataBackend),
        test('contract tests', {
          agent: 'backend-qa',
          run: ['node', 'tools/test.mjs', 'contract', 'qa/*.test.js'],
          report: 'reports/*.xml',
          timeout: '5m',
          ...AGAIN,
        }),
      ],
      exit: [
        allTasksPassed(),
        tests({ noNewFailures: true }),
        approval('Backend QA', { by: [group('backend-qa')] }),
      ],
    }),
  ],
})
