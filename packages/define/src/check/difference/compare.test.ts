import assert from 'node:assert/strict'
import path from 'node:path'
import { before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { loadFolder } from '../load/folder.ts'
import { parseDefinition, type Definition } from '../schema/definition.ts'
import { compareDefinitions, type Surroundings } from './compare.ts'
import { presentDifference } from './present.ts'

const examples = fileURLToPath(new URL('../../../testing/', import.meta.url))
const alone: Surroundings = { project: 'car' }

function define(json: unknown): Definition {
  const parsed = parseDefinition(json)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.definition
}

/** The same definition with other values, at these paths of keys and indexes. */
function edited(definition: Definition, edits: Readonly<Record<string, unknown>>): Definition {
  const copy: unknown = structuredClone(definition)
  for (const [at, value] of Object.entries(edits)) {
    const keys = at.split('/')
    const last = keys.pop() ?? ''
    let target = copy as Record<string, unknown>
    for (const key of keys) target = target[key] as Record<string, unknown>
    if (value === undefined) delete target[last]
    else target[last] = value
  }
  return define(copy)
}

const pipeline = (gate: unknown[]): Definition =>
  define({
    kind: 'pipeline',
    name: 'p',
    stages: [
      { kind: 'stage', name: 's', tasks: [{ kind: 'test', name: 't', run: ['t'] }], exit: gate },
    ],
  })

function weakenings(was: Definition, now: Definition): string[] {
  return compareDefinitions([was], [now], alone).definitions.flatMap(({ weakens }) =>
    weakens.map(({ path: where, message }) => `${where}: ${message}`),
  )
}

let car: Definition[] = []
let firmware: Definition[] = []
before(async () => {
  car = (await loadFolder(path.join(examples, 'connected-car/lockstep'))).definitions.map(
    (each) => each.definition,
  )
  firmware = (await loadFolder(path.join(examples, 'vehicle-firmware/lockstep'))).definitions.map(
    (each) => each.definition,
  )
})

const byKind = (definitions: readonly Definition[], kind: string, name: string): Definition => {
  const found = definitions.find(
    (definition) => definition.kind === kind && definition.name === name,
  )
  assert.ok(found !== undefined)
  return found
}

suite('presentDifference', () => {
  test('a difference is told in values with paths, and in rules with their position', () => {
    const now = byKind(car, 'pipeline', 'connected-car')
    assert.ok(now.kind === 'pipeline')
    const group = now.stages[0]?.exit[1]
    assert.ok(group?.kind === 'side_by_side')
    const before = [
      edited(now, {
        'parameters/0/default': '1h',
        'stages/0/exit/1/rules': group.rules.slice(0, 2),
        'stages/0/exit/2/oneFromEach': [{ group: 'qa' }, { group: 'release-managers' }],
      }),
      edited(byKind(car, 'environment', 'production'), { 'tiers/0/pauseAt': '2%' }),
      edited(byKind(car, 'release', 'connected-car-2.0'), {
        'planned/production': '2026-11-19T06:00+01:00',
      }),
      byKind(car, 'environment', 'staging'),
    ]
    const after = [now, ...before.slice(1).map((was) => byKind(car, was.kind, was.name))]
    const at = (file: string, line: number) => ({ file: `lockstep/${file}`, line, column: 1 })
    assert.equal(
      presentDifference(compareDefinitions(before, after, alone), {
        source: 'connected-car',
        project: 'connected-car',
        server: 'lockstep.example.test',
        revisions: new Map([
          ['pipeline connected-car', 14],
          ['environment production', 5],
          ['release connected-car-2.0', 2],
        ]),
        places: new Map([
          ['pipeline connected-car', at('release.ts', 21)],
          ['environment production', at('environments.ts', 24)],
          ['release connected-car-2.0', at('release.ts', 50)],
        ]),
        notes: ['Run connected-car-2.0/6 is in Staging. It keeps rev 14.'],
      }),
      `connected-car  →  project connected-car on lockstep.example.test            4 definitions, 3 differ

  ~ pipeline connected-car        rev 14 → 15                               lockstep/release.ts:21
      parameters.soak.default              1h → 2h
      stages.staging.exit
        + [1][2] that "No open Sev-1"      facts.incidents.sev1 == 0
        ~ [2] approval "Ready for Production"
            oneFromEach                    qa, release-managers → qa, embedded-leads, release-managers
  ~ environment production        rev 5 → 6                                 lockstep/environments.ts:24
      tiers.cars.pauseAt                   2% → 1%
  ~ release connected-car-2.0     rev 2 → 3                                 lockstep/release.ts:50
      planned.production                   2026-11-19T06:00+01:00 → 2026-11-18T06:00+01:00
  = environment staging

  Run connected-car-2.0/6 is in Staging. It keeps rev 14.
  This weakens nothing and breaks nobody.`,
    )
  })

  test('a renamed tier looks like a rename, and breaks those who map it', () => {
    const was = firmware.filter((definition) => definition.kind !== 'pipeline')
    const now = was.map((definition) =>
      definition.kind === 'application'
        ? edited(definition, { 'tiers/0/name': 'vehicle' })
        : edited(definition, { 'receives/0/map': { vehicle: 'cars' } }),
    )
    const comparison = compareDefinitions(was, now, {
      project: 'embedded',
      tierMaps: [
        ...['staging', 'production'].map((name) => ({
          environment: `connected-car/${name}`,
          application: 'embedded/vehicle-firmware',
          tiers: ['car'],
          visible: true,
        })),
        {
          environment: 'secret/lab',
          application: 'embedded/vehicle-firmware',
          tiers: ['car'],
          visible: false,
        },
        {
          environment: 'other/lab',
          application: 'other/vehicle-firmware',
          tiers: ['car'],
          visible: true,
        },
      ],
    })
    const at = (file: string, line: number) => ({ file: `lockstep/${file}`, line, column: 1 })
    assert.equal(
      presentDifference(comparison, {
        source: 'vehicle-firmware',
        project: 'embedded',
        server: 'lockstep.example.test',
        revisions: new Map([
          ['application vehicle-firmware', 8],
          ['environment dev', 3],
          ['environment qa', 3],
        ]),
        places: new Map([
          ['application vehicle-firmware', at('application.ts', 15)],
          ['environment dev', at('environments.ts', 6)],
          ['environment qa', at('environments.ts', 12)],
        ]),
      }),
      `vehicle-firmware  →  project embedded on lockstep.example.test              3 definitions, 3 differ

  ~ application vehicle-firmware  rev 8 → 9                                 lockstep/application.ts:15
      − tier car   + tier vehicle          looks like a rename: add renamedFrom: 'car' to keep its history
  ~ environment dev, qa           rev 3 → 4                                 lockstep/environments.ts:6, :12
      receives.vehicle-firmware            car → vehicle
  ! breaks connected-car/staging, connected-car/production and 1 that you may not see: their tier maps name the tier "car"
    Their next plan will be refused until they change. Their owners get a message.`,
    )
  })

  test('new and deleted definitions are named', () => {
    const [one, two] = [
      pipeline([]),
      edited(pipeline([]), {
        name: 'q',
        'stages/0/tasks/0/name': 'u',
        'stages/0/tasks/0/run': ['v', 'w'],
        'stages/0/name': 'z',
      }),
    ]
    const text = presentDifference(compareDefinitions([one], [two], alone), {
      source: 'car',
      project: 'car',
      server: 'here',
      revisions: new Map(),
    })
    assert.match(text, /\n {2}\+ pipeline q {20}new\n {2}− pipeline p {20}delete\n/)
  })
})

suite('compareDefinitions', () => {
  test('what says the same is equal, however it was written', () => {
    const was = define({
      kind: 'pipeline',
      name: 'p',
      stages: [{ kind: 'stage', name: 's', tasks: [{ kind: 'test', name: 't', run: ['t'] }] }],
    })
    const now = define({
      kind: 'pipeline',
      name: 'p',
      title: 'P',
      stages: [
        {
          kind: 'stage',
          title: 'S',
          name: 's',
          exit: [],
          tasks: [{ kind: 'test', name: 't', run: ['t'], timeout: '24h' }],
        },
      ],
    })
    assert.deepEqual(compareDefinitions([was], [now], alone).definitions, [
      { kind: 'pipeline', name: 'p', change: 'equal', changes: [], weakens: [] },
    ])
  })

  test('what says that it was renamed is the same definition', () => {
    const was = pipeline([])
    const now = edited(was, { name: 'new-name', title: 'New name', renamedFrom: 'p' })
    const [only, ...others] = compareDefinitions([was], [now], alone).definitions
    assert.deepEqual(others, [])
    assert.deepEqual([only?.change, only?.renamedFrom], ['changed', 'p'])
  })

  test('what was renamed without saying so is guessed', () => {
    const was = pipeline([{ kind: 'tests', passRate: '100%' }])
    const now = edited(was, { name: 'new-name', title: 'New name' })
    const comparison = compareDefinitions([was], [now], alone)
    assert.equal(comparison.definitions[0]?.looksLike, 'p')
  })

  test('what is deployed cannot be deleted, and a rename of it has to be said', () => {
    const was = byKind(firmware, 'application', 'vehicle-firmware')
    const deployed = new Map([['application vehicle-firmware', ['dev', 'qa']]])
    assert.deepEqual(compareDefinitions([was], [], { ...alone, deployed }).refusals, [
      {
        code: 'deployed_still',
        definition: { kind: 'application', name: 'vehicle-firmware' },
        message:
          'The application "vehicle-firmware" cannot be deleted while it is deployed: dev, qa.',
      },
    ])
    const renamed = edited(was, { name: 'car-firmware' })
    assert.deepEqual(compareDefinitions([was], [renamed], { ...alone, deployed }).refusals, [
      {
        code: 'renamed_without_notice',
        definition: { kind: 'application', name: 'car-firmware' },
        message:
          'The application "car-firmware" looks like "vehicle-firmware", which is deployed: dev, qa. Add renamedFrom: \'vehicle-firmware\' to keep its history.',
      },
    ])
  })

  test('a deleted definition breaks those who refer to it', () => {
    const comparison = compareDefinitions([pipeline([])], [], {
      project: 'car',
      references: [
        { from: 'fleet/r', kind: 'pipeline', to: 'car/p', visible: true },
        { from: 'fleet/r', kind: 'application', to: 'car/p', visible: true },
      ],
    })
    assert.deepEqual(comparison.breaks, [
      { dependant: 'fleet/r', reason: 'definition_gone', name: 'p' },
    ])
  })

  test('another order of stages is a difference', () => {
    const was = define({
      kind: 'pipeline',
      name: 'p',
      stages: ['a', 'b'].map((name) => ({
        kind: 'stage',
        name,
        tasks: [{ kind: 'test', name: 't', run: ['t'] }],
      })),
    })
    assert.ok(was.kind === 'pipeline')
    const now = edited(was, { stages: was.stages.toReversed() })
    assert.deepEqual(compareDefinitions([was], [now], alone).definitions[0]?.changes, [
      { kind: 'value', path: 'stages in order', from: 'a, b', to: 'b, a' },
    ])
  })
})

suite('what is weaker', () => {
  const approval = (settings: object) => [{ kind: 'approval', name: 'QA', ...settings }]
  const gates: readonly [string, unknown[], unknown[], string[]][] = [
    [
      'an approval that is removed',
      approval({ by: [{ group: 'qa' }] }),
      [],
      ['stages.s.exit: the approval "QA" is removed'],
    ],
    [
      'fewer approvers',
      approval({ by: [{ group: 'qa' }], need: 2 }),
      approval({ by: [{ group: 'qa' }] }),
      ['stages.s.exit: "QA" needs 1 instead of 2'],
    ],
    [
      'fewer groups',
      approval({ oneFromEach: [{ group: 'qa' }, { group: 'leads' }] }),
      approval({ oneFromEach: [{ group: 'qa' }] }),
      ['stages.s.exit: "QA" needs 1 instead of 2'],
    ],
    [
      'more people who can give it',
      approval({ by: [{ group: 'qa' }] }),
      approval({ by: [{ group: 'qa' }, { user: 'ann' }] }),
      ['stages.s.exit: "QA" can also be given by ann'],
    ],
    [
      'a rejection that holds nothing',
      approval({ by: [{ group: 'qa' }] }),
      approval({ by: [{ group: 'qa' }], onReject: 'continue' }),
      ['stages.s.exit: a rejection of "QA" no longer holds the run'],
    ],
    [
      'a check that is removed',
      [{ kind: 'compatible' }],
      [],
      ['stages.s.exit: the check "Compatible" is removed'],
    ],
    [
      'a lower pass rate',
      [{ kind: 'tests', passRate: '100%', noNewFailures: true }],
      [{ kind: 'tests', passRate: '99%' }],
      [
        'stages.s.exit: the pass rate of tests goes from 100% to 99%',
        'stages.s.exit: new failures are accepted',
      ],
    ],
    [
      'a looser metric',
      [{ kind: 'metric', name: 'm', promql: 'q', below: 0.5, for: '2h' }],
      [{ kind: 'metric', name: 'm', promql: 'q', below: 1, for: '30m' }],
      [
        'stages.s.exit: the limit of "m" goes from below 0.5 to below 1',
        'stages.s.exit: "m" must hold for 30m instead of 2h',
      ],
    ],
    [
      'a bill of materials',
      [{ kind: 'signed', sbom: true }],
      [{ kind: 'signed' }],
      ['stages.s.exit: a bill of materials is no longer needed'],
    ],
  ]
  for (const [what, was, now, expected] of gates) {
    test(`${what} is`, () => {
      assert.deepEqual(weakenings(pipeline(was), pipeline(now)), expected)
    })
    test(`${what}: the other way round nothing is`, () => {
      const back = weakenings(pipeline(now), pipeline(was))
      assert.deepEqual(back, [])
    })
  }

  test('limits, holds, freezes and self-approval of an environment are', () => {
    const was = byKind(car, 'environment', 'production')
    assert.ok(was.kind === 'environment')
    const now = edited(was, {
      allowSelfApproval: true,
      freezes: [],
      windows: [],
      'tiers/0/pauseAt': '5%',
      'tiers/0/stopAt': undefined,
      'tiers/0/waves/0/hold': [],
      'tiers/0/waves/1/soak': '1h',
      'tiers/2/stopAfter': 3,
    })
    assert.deepEqual(weakenings(was, now), [
      'allowSelfApproval: who starts a run may approve it',
      'freezes: the freeze "end of year" is removed',
      'windows: a deployment may begin at any time',
      'tiers.cars.pauseAt: pauseAt goes from 1% to 5%',
      'tiers.cars.stopAt: stopAt goes from 2% to no limit',
      'tiers.cars.waves[0].hold: the approval "Go on after wave 1" is removed',
      'tiers.cars.waves: wave 2 soaks for 1h instead of 4h',
      'tiers.edge.stopAfter: edge stops after 3 failed instead of 1',
    ])
    assert.deepEqual(weakenings(now, was), [])
  })
})
