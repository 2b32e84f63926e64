import {
  allTasksPassed,
  approval,
  build,
  commit,
  defineEnvironment,
  definePipeline,
  deploy,
  group,
  healthy,
  hosts,
  snapshot,
  stage,
  test,
  tests,
  tierMap,
} from '@lockstep/define'
import { dataBackend } from './application.ts'

/** One machine carries all three tiers in Dev; QA has its own database. */
const dev = defineEnvironment('dev', {
  title: 'Dev',
  tiers: [hosts('box', { label: 'backend-dev' })],
  receives: [tierMap(dataBackend, { store: 'box', edge: 'box', insight: 'box' })],
})
const qa = defineEnvironment('qa', {
  title: 'QA',
  tiers: [hosts('services', { label: 'backend-qa' }), hosts('database', { agents: ['qa-db-1'] })],
  receives: [tierMap(dataBackend, { store: 'database', edge: 'services', insight: 'services' })],
})

export const teamPipeline = definePipeline('data-backend', {
  on: [commit({ repository: 'data-backend', branch: 'main' })],
  stages: [
    stage('dev', {
      environment: dev,
      tasks: [
        build(dataBackend, {
          agent: 'linux',
          run: ['npm', 'run', 'pack'],
          version: 'VERSION',
          artifacts: {
            'charge-store': 'dist/charge-store.tgz',
            'ingest-api': 'dist/ingest-api.tgz',
            'range-model': 'dist/range-model.tgz',
            'fleet-dashboard': 'dist/fleet-dashboard.tgz',
          },
        }),
        test('unit tests', { agent: 'linux', run: ['npm', 'test'], report: 'reports/*.xml' }),
        snapshot(dataBackend),
        deploy(dataBackend),
      ],
      exit: [allTasksPassed(), tests({ passRate: '100%' })],
    }),
    stage('qa', {
      environment: qa,
      tasks: [
        deploy(dataBackend),
        test('contract tests', {
          agent: 'backend-qa',
          run: ['npm', 'run', 'contract'],
          report: 'reports/*.xml',
        }),
      ],
      exit: [
        healthy(),
        tests({ noNewFailures: true }),
        approval('Backend QA', { by: [group('backend-qa')] }),
      ],
    }),
  ],
})
export { dev, qa }
