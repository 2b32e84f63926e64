// Each kind of wrong definition, in TypeScript and in YAML. The line with ✗ is the one that must be named, and in it the
// text that is marked. NAME stands for a name of the row's own: all rows of one folder are read together.

/** When it can be seen: reading the file, looking at the folder by itself, or knowing what the server knows. */
type SeenIn = 'file' | 'folder' | 'server'

export interface WrongDefinition {
  readonly mistake: string
  readonly seenIn: SeenIn
  readonly path: string
  readonly message: string
  readonly right?: string
  /** What is underlined, from its first character on. */
  readonly marked?: string
  readonly markedYaml?: string
  readonly ts?: string | Uint8Array
  readonly yaml?: string | Uint8Array
}

const inTask = `pipeline: NAME
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]`
const withExit = (rule: string): string =>
  `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [\n  ${rule} // ✗\n] })] })`
const notText = new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe])

export const WRONG_DEFINITIONS: readonly WrongDefinition[] = [
  {
    mistake: 'unknown field',
    seenIn: 'file',
    path: 'pipelines/NAME › stages/s › exit[0] › QA',
    message:
      '"approvers" is not known here. An approval has by, need, oneFromEach, expires, onReject.',
    marked: 'approvers',
    ts: withExit(`approval('QA', { approvers: [group('qa')] }),`),
    yaml: `${inTask}
    exit:
      - approval: QA
        approvers: [{ group: qa }] # ✗`,
  },
  {
    mistake: 'unknown name',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › exit[0] › oneFromEach[1]',
    message: 'There is no group "release-manager". Did you mean "release-managers"?',
    marked: "'release-manager'",
    markedYaml: 'release-manager',
    ts: withExit(`approval('QA', { oneFromEach: [group('qa'), group('release-manager')] }),`),
    yaml: `${inTask}
    exit:
      - approval: QA
        oneFromEach: [{ group: qa }, { group: release-manager }] # ✗`,
  },
  {
    mistake: 'wrong kind of place for a component',
    seenIn: 'server',
    path: 'environments/NAME › receives[0] › map.car',
    message: '"cars" is a fleet; the tier "car" of "embedded/firmware" can be put in hosts.',
    marked: "'cars'",
    markedYaml: 'cars',
    ts: `export const e = defineEnvironment('NAME', {
  tiers: [fleet('cars', { where: cel\`device.tags.exists(t, t == "bench")\` })],
  receives: [tierMap(application('embedded/firmware'), { car: 'cars' })], // ✗
})`,
    yaml: `environment: NAME
tiers:
  - fleet: cars
    where: { cel: 'device.tags.exists(t, t == "bench")' }
receives:
  - tierMap: embedded/firmware
    map: { car: cars } # ✗`,
  },
  {
    mistake: 'cycle in needs',
    seenIn: 'folder',
    path: 'applications/NAME › tiers/t › components/c › hosts.deploy/one › needs',
    message: 'These steps wait for one another: one → two → one.',
    marked: "['two']",
    markedYaml: 'two',
    ts: `export const a = defineApplication('NAME', { tiers: [tier('t', [component('c', { hosts: { deploy: [
  command('one', ['x'], { needs: ['two'] }), // ✗
  command('two', ['x'], { needs: ['one'] }),
] } })])] })`,
    yaml: `application: NAME
tiers:
  - tier: t
    components:
      - component: c
        hosts:
          deploy:
            - command: one
              argv: [x]
              needs: [two] # ✗
            - command: two
              argv: [x]
              needs: [one]`,
  },
  {
    mistake: 'gate without approver',
    seenIn: 'folder',
    path: 'pipelines/NAME › stages/s › exit[0] › QA',
    message: 'Nobody can give the approval "QA". It needs by, or oneFromEach, with at least one.',
    marked: 'approval',
    ts: withExit(`approval('QA', { by: [] }),`),
    yaml: `${inTask}
    exit:
      - approval: QA # ✗
        by: []`,
  },
  {
    mistake: 'quorum larger than the group',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › exit[0] › QA',
    message:
      'The approval "QA" needs 3 people; there are only 2 who can give it. Who edits a definition does not approve what goes through it.',
    marked: '3',
    ts: withExit(`approval('QA', { by: [group('qa')], need: 3 }),`),
    yaml: `${inTask}
    exit:
      - approval: QA
        by: [{ group: qa }]
        need: 3 # ✗`,
  },
  {
    mistake: 'duplicate name',
    seenIn: 'folder',
    path: 'pipelines/NAME › stages/s › tasks/Unit-Tests › name',
    message: 'There is another task "unit tests" in this list. "unit tests" has the same address.',
    marked: "'Unit-Tests'",
    markedYaml: 'Unit-Tests',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  test('unit tests', { run: ['t'] }),
  test('Unit-Tests', { run: ['t'] }), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - test: unit tests
        run: [t]
      - test: Unit-Tests # ✗
        run: [t]`,
  },
  {
    mistake: 'stage without environment',
    seenIn: 'folder',
    path: 'pipelines/NAME › stages/s',
    message: 'The stage "s" has no environment, and "roll back firmware" needs one.',
    marked: 'stage',
    ts: `export const p = definePipeline('NAME', { on: [schedule('0 3 * * *', 'UTC')], stages: [
  stage('s', { tasks: [rollback(application('embedded/firmware'))] }), // ✗
] })`,
    yaml: `pipeline: NAME
on:
  - schedule: 0 3 * * *
    zone: UTC
stages:
  - stage: s # ✗
    tasks:
      - rollback: embedded/firmware`,
  },
  {
    mistake: 'unmapped tier',
    seenIn: 'server',
    path: 'environments/NAME › receives[0] › map',
    message: 'The tier "car" of "embedded/firmware" has no place here. Map it to one of boxes.',
    marked: '{}',
    ts: `export const e = defineEnvironment('NAME', {
  tiers: [hosts('boxes', { label: 'box' })],
  receives: [tierMap(application('embedded/firmware'), {})], // ✗
})`,
    yaml: `environment: NAME
tiers:
  - hosts: boxes
    label: box
receives:
  - tierMap: embedded/firmware
    map: {} # ✗`,
  },
  {
    mistake: 'wrong unit',
    seenIn: 'file',
    path: 'pipelines/NAME › stages/s › tasks/t › timeout',
    message: 'A duration is written with its unit: 30s, 15m, 24h or 7d.',
    marked: '30',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  test('t', { run: ['t'], timeout: 30 }), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - test: t
        run: [t]
        timeout: 30 # ✗`,
  },
  {
    mistake: 'wrong type in a condition',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › exit[0] › No open Sev-1',
    message: 'The condition compares a whole number, facts.incidents.sev1, with text, "0".',
    right: 'facts.incidents.sev1 == 0',
    marked: '"0"',
    ts: withExit(`that('No open Sev-1', cel\`facts.incidents.sev1 == "0"\`),`),
    yaml: `${inTask}
    exit:
      - that: No open Sev-1
        condition: { cel: 'facts.incidents.sev1 == "0"' } # ✗`,
  },
  {
    mistake: 'unknown variable in a condition',
    seenIn: 'folder',
    path: 'pipelines/NAME › stages/s › exit[0] › No open Sev-1',
    message:
      'There is no "fact" here. A condition in this place speaks about parameters, run, snapshot, results and facts. Did you mean "facts"?',
    right: 'facts.incidents.sev1 == 0',
    marked: 'fact',
    ts: withExit(`that('No open Sev-1', cel\`fact.incidents.sev1 == 0\`),`),
    yaml: `${inTask}
    exit:
      - that: No open Sev-1
        condition: { cel: fact.incidents.sev1 == 0 } # ✗`,
  },
  {
    mistake: 'secret in argv',
    seenIn: 'file',
    path: 'pipelines/NAME › stages/s › tasks/t › run[1]',
    message:
      'A secret has no place in a command line, where everybody on the machine can read it. Give it through env.',
    marked: 'secret',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  test('t', { run: ['sign', secret('store-key')] }), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - test: t
        run: [sign, { secret: store-key }] # ✗`,
  },
  {
    mistake: 'parameter missing',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › tasks/run rollout',
    message: 'The pipeline "embedded/rollout" needs "soak", which has no default.',
    marked: 'runPipeline',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  runPipeline(pipeline('embedded/rollout')), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - runPipeline: embedded/rollout # ✗`,
  },
  {
    mistake: 'parameter of the wrong type',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › tasks/run rollout › parameters.soak',
    message: 'The parameter "soak" is a duration, and is given text, "two hours".',
    marked: "'two hours'",
    markedYaml: 'two hours',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  runPipeline(pipeline('embedded/rollout'), { parameters: { soak: 'two hours' } }), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - runPipeline: embedded/rollout
        parameters: { soak: two hours } # ✗`,
  },
  {
    mistake: 'reference to another project without a grant',
    seenIn: 'server',
    path: 'pipelines/NAME › stages/s › tasks/deploy billing › application.name',
    message:
      'There is no project "finance" that this project may refer to. Its owners can grant that.',
    marked: "application('finance/billing')",
    markedYaml: 'finance/billing',
    ts: `export const p = definePipeline('NAME', { stages: [stage('s', { tasks: [
  deploy(application('finance/billing')), // ✗
] })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
      - deploy: finance/billing # ✗`,
  },
  {
    mistake: 'too large, as a file',
    seenIn: 'file',
    path: '',
    message: 'This file has 300,002 bytes; at most 262,144 are read. Split it.',
    yaml: `# ${'x'.repeat(300_000)}`,
  },
  {
    mistake: 'too large, as a definition',
    seenIn: 'file',
    path: 'pipelines/NAME',
    message: 'This definition has more than 262,144 bytes. Split it.',
    marked: 'definePipeline',
    ts: `const many = Array.from({ length: 6 }, (_, n) => test(\`t\${n}\`, { run: ['x'.repeat(60_000)] }))
export const p = definePipeline('NAME', { stages: [stage('s', { tasks: many })] }) // ✗`,
  },
  {
    mistake: 'too deep',
    seenIn: 'file',
    path: `pipelines/NAME › stages/s${' › tasks/g'.repeat(15)}`,
    message: 'This is nested more than 32 levels deep.',
    marked: 'oneAfterAnother',
    ts: `let tasks = [test('t', { run: ['t'] })]
for (let level = 0; level < 16; level += 1)
  tasks = [oneAfterAnother('g', tasks)] // ✗
export const p = definePipeline('NAME', { stages: [stage('s', { tasks })] })`,
    yaml: `pipeline: NAME
stages:
  - stage: s
    tasks:
${Array.from({ length: 16 }, (_, level) => `${' '.repeat(6 + 4 * level)}- oneAfterAnother: g${level === 14 ? ' # ✗' : ''}\n${' '.repeat(8 + 4 * level)}tasks:\n`).join('')}${' '.repeat(70)}- test: t
${' '.repeat(72)}run: [t]`,
  },
  {
    mistake: 'not UTF-8',
    seenIn: 'file',
    path: '',
    message: 'This file is not UTF-8 text.',
    ts: notText,
    yaml: notText,
  },
  {
    mistake: 'YAML anchors',
    seenIn: 'file',
    path: '',
    message:
      'Definitions have no YAML anchors. What is used twice is a function or a constant in TypeScript.',
    marked: '&all',
    yaml: `pipeline: NAME
stages: &all [{ stage: s, tasks: [{ test: t, run: [t] }] }] # ✗`,
  },
]
