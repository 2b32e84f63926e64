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

export const teamPipeline = definePipeline('vehicle-firmware', {
  on: [commit({ repository: 'vehicle-firmware', branch: 'main' })],
  stages: [
    stage('dev', {
      environment: dev,
      tasks: [
        build(vehicleFirmware, {
          agent: 'linux',
          run: ['make', 'pack'],
          version: 'VERSION',
          artifacts: {
            'telemetry-agent': 'dist/telemetry-agent.tar.gz',
            'battery-light': 'dist/battery-light.tar.gz',
            updater: 'dist/updater.tar.gz',
          },
          sbom: 'dist/sbom.json',
        }),
        test('unit tests', { agent: 'linux', run: ['make', 'test'], report: 'reports/*.xml' }),
        snapshot(vehicleFirmware),
        deploy(vehicleFirmware),
      ],
      exit: [allTasksPassed(), tests({ passRate: '100%' })],
    }),
    stage('qa', {
      environment: qa,
      tasks: [
        deploy(vehicleFirmware),
        test('drive cycle', {
          agent: 'qa-car',
          run: ['make', 'drive-cycle'],
          report: 'reports/*.xml',
          timeout: '20m',
        }),
      ],
      exit: [
        tests({ noNewFailures: true }),
        approval('Embedded QA', { by: [group('embedded-qa')] }),
      ],
    }),
  ],
})
