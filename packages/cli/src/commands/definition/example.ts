// What `lockstep init` writes.

export const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
    },
    include: ['.'],
  },
  null,
  2,
)}\n`

/** One application on one host, and a pipeline that builds, tests and deploys it. */
export function presentExample(name: string): string {
  return `import {
  allTasksPassed,
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
  tier,
  tierMap,
} from '@lockstep/define'

/** What it is made of, and how it is put in place. */
export const application = defineApplication('${name}', {
  tiers: [
    tier('services', [
      component('${name}-server', {
        hosts: {
          deploy: [
            artifact('place', { into: 'opt/${name}' }),
            command('restart', ['node', 'opt/${name}/restart.js'], { timeout: '1m' }),
          ],
        },
      }),
    ]),
  ],
})

/** Where it runs: every agent with the label "dev". */
export const dev = defineEnvironment('dev', {
  title: 'Dev',
  tiers: [hosts('hosts', { label: 'dev' })],
  receives: [tierMap(application, { services: 'hosts' })],
})

/** From a commit to Dev. The agents that build have the label "linux". */
export const pipeline = definePipeline('${name}', {
  on: [commit({ repository: '${name}', branch: 'main' })],
  stages: [
    stage('dev', {
      title: 'Dev',
      environment: dev,
      tasks: [
        build(application, {
          agent: 'linux',
          run: ['npm', 'run', 'pack'],
          version: 'VERSION',
          artifacts: { '${name}-server': 'dist/${name}-server.tar.gz' },
          timeout: '10m',
        }),
        test('unit tests', { agent: 'linux', run: ['npm', 'test'], timeout: '10m' }),
        snapshot(application),
        deploy(application),
      ],
      exit: [allTasksPassed()],
    }),
  ],
})
`
}
