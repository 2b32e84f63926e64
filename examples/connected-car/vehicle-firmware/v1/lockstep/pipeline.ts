import {
  allTasksPassed,
  approval,
  build,
  commit,
  definePipeline,
  deploy,
  group,
  snapshot,
  stage,
  test,
  tests,
} from '@lockstep/define'
import { vehicleFirmware } from './application.ts'
import { dev, qa } from './environments.ts'

/** Asks a product that runs: one of its programs, or its database, may be starting anew just then. */
const AGAIN = { onLost: 'retry', onError: { retry: 2, every: '5s' } } as const

export const teamPipeline = definePipeline('vehicle-firmware', {
  title: 'Vehicle firmware',
  on: [commit({ repository: 'vehicle-firmware', branch: 'main' })],
  stages: [
    stage('dev', {
      title: 'Dev',
      environment: dev,
      tasks: [
        build(vehicleFirmware, {
          agent: 'linux',
          run: ['node', 'tools/pack.mjs'],
          version: 'VERSION',
          artifacts: {
            'telemetry-agent': 'dist/telemetry-agent.tar.gz',
            'battery-light': 'dist/battery-light.tar.gz',
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
        snapshot(vehicleFirmware),
        deploy(vehicleFirmware),
      ],
      exit: [allTasksPassed(), tests({ passRate: '100%' })],
    }),
    stage('qa', {
      title: 'QA',
      environment: qa,
      tasks: [
        deploy(vehicleFirmware),
        test('drive cycle', {
          agent: 'qa-car',
          run: ['node', 'tools/test.mjs', 'drive-cycle', 'qa/*.test.js'],
          report: 'reports/*.xml',
          timeout: '5m',
          ...AGAIN,
        }),
      ],
      exit: [
        allTasksPassed(),
        tests({ noNewFailures: true }),
        approval('Embedded QA', { by: [group('embedded-qa')] }),
      ],
    }),
  ],
})
