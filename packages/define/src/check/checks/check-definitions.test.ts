// Every mistake that a definition can have, once in TypeScript and once in YAML: its code, its line, the text that is
// underlined, its path and its sentence. The line with ✗ is the one that must be named.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'

import { loadFolder, loadYamlText, type Loaded } from '../load/folder.ts'
import type { Mistake, MistakeCode } from '../mistake/mistake.ts'
import { checkDefinitions } from './check-definitions.ts'
import type { Known } from './known.ts'

type Row = {
  readonly mistake: string
  readonly code: MistakeCode
  readonly path: string
  readonly message: string
  readonly right?: string
  readonly ts?: string
  readonly yaml?: string
  /** What is underlined, in either notation. */
  readonly marked?: string
  readonly markedYaml?: string
}

const KNOWN: Known = {
  project: 'car',
  projects: ['car', 'embedded'],
  applications: {
    'embedded/firmware': {
      tiers: { car: ['hosts', 'fleet'] },
      components: ['agent'],
      processes: ['deploy'],
    },
  },
  pipelines: {
    'embedded/firmware': { stages: [], parameters: [], deploys: ['embedded/firmware'] },
    'embedded/rollout': {
      stages: [{ name: 'go', bound: false }],
      parameters: [{ name: 'soak', kind: 'duration', required: true }],
      deploys: ['embedded/firmware'],
    },
  },
  environments: {
    'car/bench': {
      tiers: { cars: 'hosts' },
      receives: ['embedded/firmware'],
      windows: ['daytime'],
    },
  },
  groups: {
    qa: { members: 2 },
    'release-managers': { members: 2, people: ['ann', 'ben'] },
    empty: { members: 0 },
  },
  users: ['ann', 'ben'],
  secrets: ['store-key'],
  facts: { fields: { incidents: { fields: { sev1: 'whole' } } } },
}

const ROWS: readonly Row[] = [
  {
    mistake: 'unknown field',
    code: 'unknown_field',
    path: 'pipelines/p › stages/s › exit[0] › QA',
    message:
      '"approvers" is not known here. An approval has by, need, oneFromEach, expires, onReject.',
    marked: 'approvers',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [
  approval('QA', { approvers: [group('qa')] }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - approval: QA
        approvers: [{ group: qa }] # ✗`,
  },
  {
    mistake: 'unknown name',
    code: 'unknown_name',
    path: 'pipelines/p › stages/s › exit[1][0] › oneFromEach[1]',
    message: 'There is no group "release-manager". Did you mean "release-managers"?',
    marked: "'release-manager'",
    markedYaml: 'release-manager',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [allTasksPassed(), sideBySide([
  approval('Ready', { oneFromEach: [group('qa'), group('release-manager')] }), // ✗
])] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - allTasksPassed
      - sideBySide:
          - approval: Ready
            oneFromEach: [{ group: qa }, { group: release-manager }] # ✗`,
  },
  {
    mistake: 'wrong kind of place for a component',
    code: 'wrong_place',
    path: 'environments/e › receives[0] › map.car',
    message:
      '"phones" is a store track; the tier "car" of "embedded/firmware" can be put in hosts and fleet.',
    marked: "'phones'",
    markedYaml: 'phones',
    ts: `export const e = defineEnvironment('e', {
  tiers: [store('phones', { app: 'a.b', track: 'beta', credentials: secret('store-key') })],
  receives: [tierMap(application('embedded/firmware'), { car: 'phones' })], // ✗
})`,
    yaml: `environment: e
tiers:
  - store: phones
    app: a.b
    track: beta
    credentials: { secret: store-key }
receives:
  - tierMap: embedded/firmware
    map: { car: phones } # ✗`,
  },
  {
    mistake: 'cycle in needs',
    code: 'needs_cycle',
    path: 'applications/a › tiers/t › components/c › hosts.deploy/one › needs',
    message: 'These steps wait for one another: one → two → one.',
    marked: "['two']",
    markedYaml: 'two',
    ts: `export const a = defineApplication('a', { tiers: [tier('t', [component('c', { hosts: { deploy: [
  command('one', ['x'], { needs: ['two'] }), // ✗
  command('two', ['x'], { needs: ['one'] }),
] } })])] })`,
    yaml: `application: a
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
    mistake: 'gate without approver',
    code: 'no_approver',
    path: 'pipelines/p › stages/s › exit[0] › QA',
    message: 'Nobody can give the approval "QA". It needs by, or oneFromEach, with at least one.',
    marked: 'approval',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [
  approval('QA', { by: [] }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - approval: QA # ✗
        by: []`,
  },
  {
    mistake: 'quorum larger than the group',
    code: 'quorum_too_large',
    path: 'pipelines/p › stages/s › exit[0] › QA',
    message: 'The approval "QA" needs 3 people; there are only 2 who can give it.',
    marked: '3',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [
  approval('QA', { by: [group('qa')], need: 3 }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - approval: QA
        by: [{ group: qa }]
        need: 3 # ✗`,
  },
  {
    mistake: 'everybody excluded',
    code: 'everybody_excluded',
    path: 'pipelines/p › stages/s › exit[0] › oneFromEach[1]',
    message: 'Nobody of the group "empty" can give this approval.',
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
    mistake: 'duplicate name',
    code: 'duplicate_name',
    path: 'pipelines/p › stages/s › tasks/Unit-Tests › name',
    message: 'There is another task "unit tests" in this list. "unit tests" has the same address.',
    marked: "'Unit-Tests'",
    markedYaml: 'Unit-Tests',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  test('unit tests', { run: ['t'] }),
  test('Unit-Tests', { run: ['t'] }), // ✗
] })] })`,
    yaml: `pipeline: p
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
    path: 'pipelines/p › stages/s',
    message: 'The stage "s" has no environment, and "roll back firmware" needs one.',
    marked: 'stage',
    ts: `export const p = definePipeline('p', { on: [schedule('0 3 * * *', 'UTC')], stages: [
  stage('s', { tasks: [rollback(application('embedded/firmware'))] }), // ✗
] })`,
    yaml: `pipeline: p
on:
  - schedule: 0 3 * * *
    zone: UTC
stages:
  - stage: s # ✗
    tasks:
      - rollback: embedded/firmware`,
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
    mistake: 'unmapped tier',
    code: 'tier_not_mapped',
    path: 'environments/e › receives[0] › map',
    message: 'The tier "car" of "embedded/firmware" has no place here. Map it to one of boxes.',
    marked: '{}',
    ts: `export const e = defineEnvironment('e', {
  tiers: [hosts('boxes', { label: 'box' })],
  receives: [tierMap(application('embedded/firmware'), {})], // ✗
})`,
    yaml: `environment: e
tiers:
  - hosts: boxes
    label: box
receives:
  - tierMap: embedded/firmware
    map: {} # ✗`,
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
    mistake: 'wrong unit',
    code: 'wrong_unit',
    path: 'pipelines/p › stages/s › tasks/t › timeout',
    message: 'A duration is written with its unit: 30s, 15m, 24h or 7d.',
    marked: '30',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  test('t', { run: ['t'], timeout: 30 }), // ✗
] })] })`,
    yaml: `pipeline: p
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
    path: 'pipelines/p › stages/s › exit[1][0] › No open Sev-1',
    message: 'The condition compares a whole number, facts.incidents.sev1, with text, "0".',
    right: 'facts.incidents.sev1 == 0',
    marked: '"0"',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })], exit: [allTasksPassed(), sideBySide([
  that('No open Sev-1', cel\`facts.incidents.sev1 == "0"\`), // ✗
])] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    exit:
      - allTasksPassed
      - sideBySide:
          - that: No open Sev-1
            condition: { cel: 'facts.incidents.sev1 == "0"' } # ✗`,
  },
  {
    mistake: 'unknown variable in a condition',
    code: 'condition_unknown_variable',
    path: 'pipelines/p › stages/s › when',
    message:
      'There is no "fact" here. A condition in this place speaks about parameters, run, snapshot, results and facts. Did you mean "facts"?',
    right: 'facts.incidents.sev1 == 0',
    marked: 'fact',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'] })],
  when: cel\`fact.incidents.sev1 == 0\`, // ✗
})] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks: [{ test: t, run: [t] }]
    when: { cel: fact.incidents.sev1 == 0 } # ✗`,
  },
  {
    mistake: 'secret in argv',
    code: 'secret_in_argv',
    path: 'pipelines/p › stages/s › tasks/t › run[1]',
    message:
      'A secret has no place in a command line, where everybody on the machine can read it. Give it through env.',
    marked: 'secret',
    markedYaml: 'secret',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  test('t', { run: ['sign', secret('store-key')] }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - test: t
        run: [sign, { secret: store-key }] # ✗`,
  },
  {
    mistake: 'parameter missing',
    code: 'parameter_missing',
    path: 'pipelines/p › stages/s › tasks/run rollout',
    message: 'The pipeline "embedded/rollout" needs "soak", which has no default.',
    marked: 'runPipeline',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  runPipeline(pipeline('embedded/rollout')), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - runPipeline: embedded/rollout # ✗`,
  },
  {
    mistake: 'parameter of the wrong type',
    code: 'parameter_wrong_type',
    path: 'pipelines/p › stages/s › tasks/run rollout › parameters.soak',
    message: 'The parameter "soak" is a duration, and is given text, "two hours".',
    marked: "'two hours'",
    markedYaml: 'two hours',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  runPipeline(pipeline('embedded/rollout'), { parameters: { soak: 'two hours' } }), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - runPipeline: embedded/rollout
        parameters: { soak: two hours } # ✗`,
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
    mistake: 'reference to another project without a grant',
    code: 'reference_not_granted',
    path: 'pipelines/p › stages/s › tasks/deploy billing › application.name',
    message:
      'There is no project "finance" that this project may refer to. Its owners can grant that.',
    marked: "application('finance/billing')",
    markedYaml: 'finance/billing',
    ts: `export const p = definePipeline('p', { stages: [stage('s', { tasks: [
  deploy(application('finance/billing')), // ✗
] })] })`,
    yaml: `pipeline: p
stages:
  - stage: s
    tasks:
      - deploy: finance/billing # ✗`,
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

const IMPORTS = `import { allTasksPassed, application, approval, artifact, cel, collect, command, component, defineApplication, defineEnvironment, definePipeline, defineRelease, deploy, group, hosts, pipeline, rollback, runPipeline, schedule, secret, sideBySide, snapshot, stage, store, test, that, tier, tierMap } from '@lockstep/define'\n`

suite('the mistakes of definitions in TypeScript', () => {
  let folder = ''
  let loaded: Loaded

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-define-'))
    await writeFile(path.join(folder, 'lockstep.json'), '{ "project": "car", "source": "car" }')
    for (const [index, { ts }] of ROWS.entries()) {
      if (ts !== undefined) await writeFile(path.join(folder, `row-${index}.ts`), IMPORTS + ts)
    }
    loaded = await loadFolder(folder, folder)
  })
  after(() => rm(folder, { recursive: true }))

  for (const [index, row] of ROWS.entries()) {
    if (row.ts === undefined) continue
    test(row.mistake, () => {
      const file = `row-${index}.ts`
      const own = loaded.definitions.filter((each) => each.origin.locate({ at: [] }).file === file)
      const found = loaded.mistakes.filter((mistake) => mistake.file === file)
      assertMistake(
        row,
        row.marked,
        found.length > 0 ? found : checkDefinitions(own, KNOWN),
        loaded,
      )
    })
  }
})

suite('the mistakes of definitions in YAML', () => {
  for (const row of ROWS) {
    if (row.yaml === undefined) continue
    test(row.mistake, () => {
      const loaded = loadYamlText(row.yaml ?? '', { project: 'car', source: 'car' }, 'row.yaml')
      const found =
        loaded.mistakes.length > 0 ? loaded.mistakes : checkDefinitions(loaded.definitions, KNOWN)
      assertMistake(row, row.markedYaml ?? row.marked, found, loaded)
    })
  }
})

function assertMistake(
  row: Row,
  marked: string | undefined,
  found: readonly Mistake[],
  loaded: Loaded,
): void {
  const [mistake] = found
  assert.ok(mistake !== undefined, 'nothing was found')
  assert.deepEqual(
    found.map((each) => `${each.code} ${each.path} ${each.message}`),
    [`${row.code} ${row.path} ${row.message}`],
  )
  const lines = loaded.sources.get(mistake.file)?.split('\n') ?? []
  assert.equal(mistake.line, lines.findIndex((line) => line.includes('✗')) + 1, 'line')
  if (row.right !== undefined) assert.equal(mistake.right, row.right)
  if (marked === undefined) return
  const line = lines[mistake.line - 1] ?? ''
  assert.equal(line.slice(mistake.column - 1, mistake.column - 1 + (mistake.length ?? 0)), marked)
}
