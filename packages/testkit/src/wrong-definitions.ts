// Each kind of wrong definition, once in TypeScript and once in YAML: its code, its path and its sentence. The line with ✗ is the one
// that must be named, and in it the text that is marked. NAME stands for a name of the row's own: in the terminal all rows of one
// folder are read together. The checks are tested with all of them, the terminal with those that say where they are seen.

/** When it can be seen: reading the file, looking at the folder by itself, or knowing what the server knows. */
type SeenIn = 'file' | 'folder' | 'server'

export interface WrongDefinition {
  readonly mistake: string
  readonly code: string
  /** Undefined: it stands in no folder of the terminal's test. */
  readonly seenIn?: SeenIn
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

const IMPORTS = `import { allTasksPassed, application, approval, artifact, cel, collect, command, component, defineApplication, defineEnvironment, definePipeline, defineRelease, deploy, fleet, group, hosts, oneAfterAnother, pipeline, rollback, runPipeline, schedule, secret, sideBySide, snapshot, stage, store, test, that, tier, tierMap } from '@lockstep/define'\n`

export const NOTATIONS = ['ts', 'yaml'] as const
export type Notation = (typeof NOTATIONS)[number]

/** The file of a row in a notation, under this name; undefined when it cannot be written so. */
export function sourceOf(
  row: WrongDefinition,
  notation: Notation,
  name: string,
): string | Uint8Array | undefined {
  const source = row[notation]
  if (typeof source !== 'string') return source
  return `${notation === 'ts' ? IMPORTS : ''}${source}`.replaceAll('NAME', name)
}

export const WRONG_DEFINITIONS: readonly WrongDefinition[] = [
  {
    mistake: 'unknown field',
    code: 'unknown_field',
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
    code: 'unknown_name',
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
    code: 'wrong_place',
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
    code: 'needs_cycle',
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
    code: 'no_approver',
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
    code: 'quorum_too_large',
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
    code: 'duplicate_name',
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
    code: 'environment_missing',
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
    code: 'tier_not_mapped',
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
    code: 'wrong_unit',
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
    code: 'condition_wrong_type',
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
    code: 'condition_unknown_variable',
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
    code: 'secret_in_argv',
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
    code: 'parameter_missing',
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
    code: 'parameter_wrong_type',
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
    code: 'reference_not_granted',
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
    code: 'file_too_large',
    seenIn: 'file',
    path: '',
    message: 'This file has 300,002 bytes; at most 262,144 are read. Split it.',
    yaml: `# ${'x'.repeat(300_000)}`,
  },
  {
    mistake: 'too large, as a definition',
    code: 'too_large',
    seenIn: 'file',
    path: 'pipelines/NAME',
    message: 'This definition has more than 262,144 bytes. Split it.',
    marked: 'definePipeline',
    ts: `const many = Array.from({ length: 6 }, (_, n) => test(\`t\${n}\`, { run: ['x'.repeat(60_000)] }))
export const p = definePipeline('NAME', { stages: [stage('s', { tasks: many })] }) // ✗`,
  },
  {
    mistake: 'too deep',
    code: 'too_deep',
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
    code: 'file_not_utf8',
    seenIn: 'file',
    path: '',
    message: 'This file is not UTF-8 text.',
    ts: notText,
    yaml: notText,
  },
  {
    mistake: 'YAML anchors',
    code: 'yaml_anchor',
    seenIn: 'file',
    path: '',
    message:
      'Definitions have no YAML anchors. What is used twice is a function or a constant in TypeScript.',
    marked: '&all',
    yaml: `pipeline: NAME
stages: &all [{ stage: s, tasks: [{ test: t, run: [t] }] }] # ✗`,
  },
  {
    mistake: 'unknown need',
    code: 'unknown_need',
    path: 'applications/a › tiers/t › components/c › hosts.deploy/go › needs[0]',
    message: 'There is no step "plcae" in this process. Did you mean "place"?',
    marked: "'plcae'",
    markedYaml: 'plcae',
    ts: `export const a = defineApplication('a', { tiers: [tier('t', [component('c', { hosts: { deploy: [
  artifact('place', { into: '/c' }),
  command('go', ['go'], { needs: ['plcae'] }), // ✗
] } })])] })`,
    yaml: `application: a
tiers:
  - tier: t
    components:
      - component: c
        hosts:
          deploy:
            - artifact: place
              into: /c
            - command: go
              argv: [go]
              needs: [plcae] # ✗`,
  },
  {
    mistake: 'everybody excluded',
    code: 'everybody_excluded',
    path: 'pipelines/p › stages/s › exit[0] › oneFromEach[1]',
    message:
      'Nobody of the group "empty" can give this approval. It has no members. Add one with "lockstep group add empty USER".',
    marked: "'empty'",
    markedYaml: 'empty',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [
  approval('QA', { oneFromEach: [group('qa'), group('empty')] }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - approval: QA
        oneFromEach: [{ group: qa }, { group: empty }] # ✗`,
  },
  {
    mistake: 'stage without tasks',
    code: 'no_tasks',
    path: 'pipelines/p › stages/s › tasks',
    message: 'A stage or group without tasks does nothing; it needs at least one.',
    marked: '[]',
    ts: `export const p = definePipeline('p', { stages: [stage('s', {
  tasks: [], // ✗
})] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [] # ✗`,
  },
  {
    mistake: 'tier map to a tier that is not there',
    code: 'unknown_name',
    path: 'environments/e › receives[0] › map.car',
    message: 'There is no environment tier "box". Did you mean "boxes"?',
    marked: "'box'",
    markedYaml: 'box',
    ts: `export const e = defineEnvironment('e', {
  tiers: [hosts('boxes', { label: 'box' })],
  receives: [tierMap(application('embedded/firmware'), { car: 'box' })], // ✗
})`,
    yaml: `environment: e
tiers:
  - hosts: boxes
    label: box
receives:
  - tierMap: embedded/firmware
    map: { car: box } # ✗`,
  },
  {
    mistake: 'unknown parameter',
    code: 'parameter_unknown',
    path: 'pipelines/p › stages/s › exit[0] › m',
    message: 'There is no parameter "sok". Did you mean "soak"?',
    yaml: `pipeline: p
parameters:
  - duration: soak
    default: 2h
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - metric: m
        promql: errors
        below: 1
        for: { parameter: sok } # ✗`,
  },
  {
    mistake: 'deploy before snapshot in a team pipeline',
    code: 'deploy_before_snapshot',
    path: 'pipelines/p › stages/s › tasks/deploy firmware',
    message:
      'Nothing has made a snapshot of "embedded/firmware" before this. Put snapshot before deploy.',
    marked: 'deploy',
    ts: `const bench = { name: 'bench' }
export const p = definePipeline('p', { stages: [stage('s', { environment: bench, tasks: [
  deploy(application('embedded/firmware')), // ✗
  snapshot(application('embedded/firmware')),
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    environment: bench
    tasks:
      - deploy: embedded/firmware # ✗
      - snapshot: embedded/firmware`,
  },
  {
    mistake: 'a release that does not collect what its pipeline deploys',
    code: 'not_collected',
    path: 'releases/r › applications',
    message:
      'The pipeline "embedded/rollout" deploys "embedded/firmware", which this release does not collect.',
    yaml: `application: light
tiers:
  - tier: t
    components:
      - component: c
        fleet: { verifiedBy: v }
---
release: r
owner: { group: qa }
pipeline: embedded/rollout
applications:
  - collect: light # ✗
    from: embedded/firmware
environments: { go: bench }`,
  },
  {
    mistake: 'a release that leaves a stage without environment',
    code: 'environment_missing',
    path: 'releases/r › environments',
    message: 'The release gives no environment to the stage "go".',
    marked: '{}',
    ts: `export const r = defineRelease('r', { owner: group('qa'), pipeline: pipeline('embedded/rollout'),
  applications: [collect(application('embedded/firmware'), { from: pipeline('embedded/firmware') })],
  environments: {}, // ✗
})`,
    yaml: `release: r
owner: { group: qa }
pipeline: embedded/rollout
applications:
  - collect: embedded/firmware
    from: embedded/firmware
environments: {} # ✗`,
  },
  {
    mistake: 'a name that is not lower-case words with hyphens',
    code: 'wrong_name',
    path: 'pipelines/My Pipeline › name',
    message: 'Names are lower-case words with hyphens, at most 40 characters.',
    marked: "'My Pipeline'",
    markedYaml: 'My Pipeline',
    ts: `export const p = definePipeline('My Pipeline', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })] })] }) // ✗`,
    yaml: `pipeline: My Pipeline # ✗
stages: [{ stage: s, tasks: [{ test: t, run: [t] }] }]`,
  },
  {
    mistake: 'accepting the irreversible without a reason',
    code: 'no_reason',
    path: 'pipelines/p › stages/s › tasks[0] › acceptIrreversible',
    message:
      "Accepting what cannot be undone needs a reason in words: acceptIrreversible: 'Why this is right now.'",
    marked: 'true',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  deploy(application('embedded/firmware'), { acceptIrreversible: true }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - deploy: embedded/firmware
        acceptIrreversible: true # ✗`,
  },
  {
    mistake: 'a secret that nobody has set',
    code: 'unknown_name',
    path: 'pipelines/p › stages/s › tasks/t › env.KEY',
    message: 'There is no secret "store-kye". Did you mean "store-key"?',
    marked: "'store-kye'",
    markedYaml: 'store-kye',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  test('t', { run: ['t'], env: { KEY: secret('store-kye') } }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - test: t
        run: [t]
        env: { KEY: { secret: store-kye } } # ✗`,
  },
  {
    mistake: 'an unknown kind of rule',
    code: 'unknown_kind',
    path: 'pipelines/p › stages/s › exit[0]',
    message:
      'There is no rule "aproval". There are approval, allTasksPassed, tests, signed, compatible, healthy, fleetVerified, metric, http, inWindow, passed, that and sideBySide. Did you mean "approval"?',
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - aproval: QA # ✗`,
  },
  {
    mistake: 'a component that cannot be put anywhere',
    code: 'no_place',
    path: 'applications/a › tiers/t › components/c',
    message: 'Nothing says how "c" is put anywhere. It needs hosts, fleet or store.',
    marked: 'component',
    ts: `export const a = defineApplication('a', { tiers: [tier('t', [
  component('c', {}), // ✗
])] })`,
    yaml: `application: a
tiers:
  - tier: t
    components:
      - component: c # ✗`,
  },
]
