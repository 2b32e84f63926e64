import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ingestApi, STAGING } from '@lockstep/testkit'
import * as fc from 'fast-check'

import type { InventoryRow } from '../environment/inventory.ts'
import { canonicalText } from '../kernel/canonical.ts'
import type { AgentId } from '../kernel/id.ts'
import type { JsonValue } from '../kernel/json.ts'
import { describePlan } from './describe-plan.ts'
import type {
  ApplicationStep,
  ComponentInput,
  ComponentStep,
  EnvironmentTierInput,
  PlanProcessInput,
} from './plan-input.ts'
import { planProcess } from './plan-process.ts'
import type { ProcessPlan, StepPlan } from './process-plan.ts'

// The data backend of the connected car: store, edge and insight tiers over three tiers of hosts.

function componentStep(name: string, patch: Partial<ComponentStep> = {}): ComponentStep {
  return {
    name,
    work:
      name === 'place'
        ? { kind: 'artifact', into: '/srv' }
        : { kind: 'command', argv: ['systemctl', name], env: {} },
    needs: [],
    when: null,
    always: false,
    timeoutMs: 60_000,
    noOutputMs: null,
    onError: { action: 'stop' },
    onLost: 'ask',
    runOn: 'every',
    ...patch,
  }
}

function service(name: string): ComponentInput {
  return {
    name,
    processes: {
      deploy: [componentStep('place'), componentStep('restart', { needs: ['place'] })],
      undeploy: [componentStep('stop')],
    },
  }
}

function applicationStep(
  component: string,
  needs: readonly string[],
  patch: Partial<ApplicationStep> = {},
): ApplicationStep {
  return {
    name: component,
    component,
    process: 'deploy',
    needs,
    when: null,
    always: false,
    onError: { action: 'stop' },
    onLost: 'ask',
    runOn: 'every',
    ...patch,
  }
}

const chargeStore: ComponentInput = {
  name: 'charge-store',
  processes: {
    deploy: [componentStep('place'), componentStep('migrate', { needs: ['place'], runOn: 'one' })],
  },
}

function hosts(
  name: string,
  count: number,
  patch: Partial<EnvironmentTierInput> = {},
): EnvironmentTierInput {
  return {
    name,
    kind: 'hosts',
    filledBy: `label ${name}`,
    resources: Array.from({ length: count }, (_, n) => ({
      id: `agt_01K9S0000000000000${name.slice(0, 3).toUpperCase()}00${n}0` as AgentId,
      name: `${name}-${n + 1}`,
    })),
    atOnce: 1,
    stopAfter: 1,
    healthy: null,
    ...patch,
  }
}

const HEALTH = { url: 'http://localhost:8080/healthz', status: 200, withinMs: 60_000 }
const COMPONENTS = ['charge-store', 'ingest-api', 'range-model', 'fleet-dashboard']

function input(patch: Partial<PlanProcessInput> = {}): PlanProcessInput {
  return {
    application: {
      project: 'backend',
      name: 'data-backend',
      tiers: [
        { name: 'store', components: [chargeStore] },
        { name: 'edge', components: [service('ingest-api')] },
        { name: 'insight', components: [service('range-model'), service('fleet-dashboard')] },
      ],
      processes: {},
    },
    process: 'deploy',
    environment: {
      id: STAGING.id,
      project: STAGING.project,
      name: STAGING.name,
      tiers: [
        hosts('database', 1),
        hosts('edge', 3, { atOnce: 2, stopAfter: 2, healthy: HEALTH }),
        hosts('services', 1),
      ],
    },
    tierMap: { store: 'database', edge: 'edge', insight: 'services' },
    snapshot: snapshot('2.0.0'),
    inventory: [],
    variables: {},
    parameters: {},
    from: '1.0.0',
    force: false,
    ...patch,
  }
}

function snapshot(version: string): PlanProcessInput['snapshot'] {
  const { digest, sizeBytes } = ingestApi(version)
  const components = COMPONENTS.map((name) => [name, { version, digest, sizeBytes }] as const)
  return { digest, version, components: Object.fromEntries(components) }
}

function runs(
  component: string,
  resource: string,
  version: string,
  patch: Partial<InventoryRow> = {},
): InventoryRow {
  const { digest } = ingestApi(version)
  return {
    environment: STAGING.id,
    component: { project: 'backend', application: 'data-backend', name: component },
    resource,
    reported: { version, digest },
    verified: true,
    unknown: false,
    wanted: { version, digest },
    since: 0,
    putBy: null,
    ...patch,
  }
}

/** With only this component in the edge tier, and only its chain. */
function only(steps: readonly ComponentStep[], patch: Partial<PlanProcessInput> = {}) {
  const base = input()
  return input({
    application: {
      ...base.application,
      tiers: [{ name: 'edge', components: [{ name: 'ingest-api', processes: { deploy: steps } }] }],
    },
    ...patch,
  })
}

/** With an application process of its own. */
function ordered(steps: readonly ApplicationStep[], patch: Partial<PlanProcessInput> = {}) {
  const base = input()
  return input({ application: { ...base.application, processes: { deploy: steps } }, ...patch })
}

function planned(given: PlanProcessInput): ProcessPlan {
  const result = planProcess(given)
  assert.ok(result.ok, result.ok ? '' : result.detail)
  return result.plan
}

function refusedBy(given: PlanProcessInput): [refusal: string, detail: string] {
  const result = planProcess(given)
  assert.ok(!result.ok)
  return [result.refusal, result.detail]
}

function stepOf(plan: ProcessPlan, key: string): StepPlan {
  const step = plan.steps.find((other) => other.key === key)
  assert.ok(step, `there is a step ${key}`)
  return step
}

function graph(plan: ProcessPlan): [string, readonly string[]][] {
  return plan.steps.map(({ key, needs }) => [key, needs])
}

suite('order', () => {
  test('without a process of its own an application is deployed tier by tier, component by component', () => {
    assert.deepEqual(graph(planned(input())), [
      ['charge-store', []],
      ['charge-store.migrate', ['charge-store']],
      ['ingest-api', ['charge-store.migrate']],
      ['range-model', ['ingest-api']],
      ['fleet-dashboard', ['range-model']],
    ])
  })

  test('it is undeployed the other way round, where there is something to undeploy', () => {
    const plan = planned(input({ process: 'undeploy', snapshot: null }))
    assert.deepEqual(graph(plan), [
      ['fleet-dashboard', []],
      ['range-model', ['fleet-dashboard']],
      ['ingest-api', ['range-model']],
    ])
    assert.ok(plan.steps.every(({ removes, installs }) => removes && installs === null))
  })

  test('a process of its own decides: what needs a component waits for all of it', () => {
    const plan = planned(
      ordered([
        applicationStep('fleet-dashboard', ['ingest-api', 'range-model']),
        applicationStep('charge-store', []),
        applicationStep('ingest-api', ['charge-store']),
        applicationStep('range-model', ['charge-store']),
      ]),
    )
    assert.deepEqual(graph(plan), [
      ['charge-store', []],
      ['charge-store.migrate', ['charge-store']],
      ['ingest-api', ['charge-store.migrate']],
      ['range-model', ['charge-store.migrate']],
      ['fleet-dashboard', ['ingest-api', 'range-model']],
    ])
  })

  test('a step in words has an address', () => {
    const step = applicationStep('ingest-api', [], { name: 'Edge first!' })
    assert.deepEqual(graph(planned(ordered([step]))), [['edge-first', []]])
  })
})

suite('chains', () => {
  test('steps that only follow each other are one chain', () => {
    const step = stepOf(planned(input()), 'ingest-api')
    assert.deepEqual(
      step.links.map(({ name }) => name),
      ['place', 'restart'],
    )
  })

  test('what runs on one resource only is a step of its own, on the first by name', () => {
    const chain = [
      componentStep('place'),
      componentStep('migrate', { needs: ['place'], runOn: 'one' }),
      componentStep('restart', { needs: ['migrate'] }),
    ]
    const plan = planned(only(chain))
    assert.deepEqual(graph(plan), [
      ['ingest-api', []],
      ['ingest-api.migrate', ['ingest-api']],
      ['ingest-api.restart', ['ingest-api.migrate']],
    ])
    const resources = plan.steps.map(({ targets }) => targets.map(({ resource }) => resource))
    assert.deepEqual(resources, [
      ['edge-1', 'edge-2', 'edge-3'],
      ['edge-1'],
      ['edge-1', 'edge-2', 'edge-3'],
    ])
  })

  test('branches that join are steps of their own, one after another on each resource', () => {
    const chain = [
      componentStep('place'),
      componentStep('warm', { needs: ['place'] }),
      componentStep('check', { needs: ['place'] }),
      componentStep('restart', { needs: ['warm', 'check'] }),
    ]
    assert.deepEqual(graph(planned(only(chain))), [
      ['ingest-api', []],
      ['ingest-api.warm', ['ingest-api']],
      ['ingest-api.check', ['ingest-api', 'ingest-api.warm']],
      ['ingest-api.restart', ['ingest-api.warm', 'ingest-api.check']],
    ])
  })

  test('branches of a process that places nothing run side by side', () => {
    const chain = [componentStep('warm'), componentStep('check')]
    assert.deepEqual(graph(planned(only(chain))), [
      ['ingest-api', []],
      ['ingest-api.check', []],
    ])
  })

  test('a condition holds for its own step, together with that of the component', () => {
    const chain = [
      componentStep('place'),
      componentStep('reindex', { needs: ['place'], when: 'parameters.reindex' }),
      componentStep('restart', { needs: ['reindex'] }),
    ]
    const base = only(chain)
    const steps = [applicationStep('ingest-api', [], { when: 'parameters.edge' })]
    const application = { ...base.application, processes: { deploy: steps } }
    const plan = planned({ ...base, application })
    assert.deepEqual(
      plan.steps.map(({ when }) => when),
      ['parameters.edge', '(parameters.edge) && (parameters.reindex)', 'parameters.edge'],
    )
  })

  test('only the last step of a component completes a resource', () => {
    const { steps } = planned(
      only([componentStep('place'), componentStep('migrate', { needs: ['place'], runOn: 'one' })]),
    )
    assert.deepEqual(
      steps.map(({ targets }) => targets.map(({ completedBy }) => completedBy)),
      [['ingest-api.migrate', undefined, undefined], [undefined]],
    )
  })

  test('a step that may be left out by its condition completes nothing', () => {
    const { steps } = planned(
      only([
        componentStep('place'),
        componentStep('reindex', { needs: ['place'], when: 'parameters.reindex' }),
      ]),
    )
    assert.equal(steps[0]?.targets[0]?.completedBy, undefined)
  })
})

suite('what a step is told', () => {
  test('at once, failures and health come from the tier', () => {
    const { atOnce, stopAfter, health, tier } = stepOf(planned(input()), 'ingest-api')
    assert.deepEqual([atOnce, stopAfter, health, tier], [2, 2, HEALTH, 'edge'])
  })

  test('a step of the process says otherwise', () => {
    const plan = planned(ordered([applicationStep('ingest-api', [], { runOn: { atOnce: 3 } })]))
    assert.equal(stepOf(plan, 'ingest-api').atOnce, 3)
  })

  test('health is asked after the last step that goes through every resource', () => {
    const plan = planned(
      only([
        componentStep('place'),
        componentStep('restart', { needs: ['place'], runOn: { atOnce: 1 } }),
        componentStep('announce', { needs: ['restart'], runOn: 'one' }),
      ]),
    )
    assert.deepEqual(
      plan.steps.map(({ health }) => health !== null),
      [false, true, false],
    )
  })

  test('nobody asks for the health of what is taken away', () => {
    const plan = planned(input({ process: 'undeploy' }))
    assert.ok(plan.steps.every(({ health }) => health === null))
  })

  test('the artifact is that of the snapshot, by digest', () => {
    const [place] = stepOf(planned(input()), 'ingest-api').links
    assert.deepEqual(place?.work, {
      kind: 'artifact',
      artifact: ingestApi('2.0.0'),
      into: '/srv',
    })
  })

  test('how a component goes on after failures and lost contact holds where its steps say nothing', () => {
    const onError = { action: 'retry', times: 2, everyMs: 1_000 } as const
    const chain = [
      componentStep('place', { onError: { action: 'continue' } }),
      componentStep('restart', { needs: ['place'] }),
    ]
    const base = only(chain)
    const steps = [applicationStep('ingest-api', [], { onError, onLost: 'retry' })]
    const plan = planned({
      ...base,
      application: { ...base.application, processes: { deploy: steps } },
    })
    const { links, onError: after } = stepOf(plan, 'ingest-api')
    assert.deepEqual(
      links.map((link) => link.onError),
      [{ action: 'continue' }, onError],
    )
    assert.deepEqual(
      links.map((link) => link.onLost),
      ['retry', 'retry'],
    )
    assert.equal(after, 'stop')
  })

  test('a step that asks a person makes its chain ask', () => {
    const plan = planned(only([componentStep('place', { onError: { action: 'ask' } })]))
    assert.equal(stepOf(plan, 'ingest-api').onError, 'ask')
  })

  test('variables and parameters are environment variables; parameters win, secrets stay names', () => {
    const { variables } = planned(
      input({
        variables: { region: 'eu', 'store-key': { secret: 'store-key' } },
        parameters: { region: 'us', soak: 7_200, dry: false, list: ['a'] },
      }),
    )
    assert.deepEqual(variables, {
      DRY: 'false',
      LIST: '["a"]',
      REGION: 'us',
      SOAK: '7200',
      STORE_KEY: { secret: 'store-key' },
    })
  })
})

suite('smart deploy', () => {
  const proven = runs('ingest-api', 'edge-2', '2.0.0')

  function actions(given: PlanProcessInput, key = 'ingest-api') {
    return stepOf(planned(given), key).targets.map(({ action, reason }) => [action, reason])
  }

  test('a resource that verifiably runs the wanted bits is passed over, with the reason', () => {
    assert.deepEqual(actions(input({ inventory: [proven] })), [
      ['run', null],
      ['skip', 'already 2.0.0'],
      ['run', null],
    ])
  })

  test('it is passed over in every step of its component', () => {
    const given = input({ inventory: [runs('charge-store', 'database-1', '2.0.0')] })
    assert.deepEqual(actions(given, 'charge-store.migrate'), [['skip', 'already 2.0.0']])
  })

  for (const [why, patch] of [
    ['is only reported', { verified: false }],
    ['is unknown', { unknown: true }],
    [
      'runs other bits of the same version',
      { reported: { version: '2.0.0', digest: ingestApi('9').digest } },
    ],
    ['belongs to another application', { component: { ...proven.component, application: 'x' } }],
    ['is in another environment', { environment: 'env_other' as InventoryRow['environment'] }],
  ] as const) {
    test(`a resource that ${why} is deployed to`, () => {
      assert.deepEqual(actions(input({ inventory: [{ ...proven, ...patch }] }))[1], ['run', null])
    })
  }

  test('force deploys anyway', () => {
    assert.deepEqual(actions(input({ inventory: [proven], force: true }))[1], ['run', null])
  })

  test('what is verified as gone is not undeployed again', () => {
    const gone = runs('ingest-api', 'edge-1', '2.0.0', { reported: null })
    const given = input({ process: 'undeploy', inventory: [gone] })
    assert.deepEqual(actions(given)[0], ['skip', 'not there'])
  })

  test('every resource says from which bits to which', () => {
    const step = stepOf(
      planned(input({ inventory: [runs('ingest-api', 'edge-1', '1.0.0')] })),
      'ingest-api',
    )
    assert.deepEqual(
      step.targets.slice(0, 2).map(({ from, to }) => [from?.version, to?.version]),
      [
        ['1.0.0', '2.0.0'],
        [undefined, '2.0.0'],
      ],
    )
  })

  test('a command in a step of its own finds what an earlier step of the process places', () => {
    const migrate = { ...chargeStore.processes, migrate: [componentStep('migrate')] }
    const store = { name: 'charge-store', processes: migrate }
    const { application } = input()
    const steps = [
      applicationStep('charge-store', []),
      applicationStep('charge-store', ['charge-store'], { name: 'migrate', process: 'migrate' }),
    ]
    const given = input({
      application: {
        ...application,
        tiers: [{ name: 'store', components: [store] }],
        processes: { deploy: steps },
      },
      inventory: [runs('charge-store', 'database-1', '1.0.0')],
    })
    const [target] = stepOf(planned(given), 'migrate').targets
    assert.deepEqual([target?.from?.version, target?.to?.version], ['1.0.0', '2.0.0'])
  })

  test('rolling back is deploying an older snapshot: what still runs it is passed over', () => {
    const inventory = [runs('ingest-api', 'edge-1', '2.0.0'), runs('ingest-api', 'edge-2', '1.0.0')]
    const plan = planned(input({ snapshot: snapshot('1.0.0'), from: '2.0.0', inventory }))
    assert.deepEqual([plan.from, plan.snapshot?.version], ['2.0.0', '1.0.0'])
    const { targets } = stepOf(plan, 'ingest-api')
    assert.deepEqual(
      targets.map(({ action }) => action),
      ['run', 'skip', 'run'],
    )
  })
})

suite('refusals', () => {
  const { environment, application } = input()

  function withEdge(patch: Partial<EnvironmentTierInput>): PlanProcessInput {
    const tiers = environment.tiers.map((tier) =>
      tier.name === 'edge' ? { ...tier, ...patch } : tier,
    )
    return input({ environment: { ...environment, tiers } })
  }

  test('a tier without resources, by name and how it is filled', () => {
    assert.deepEqual(refusedBy(withEdge({ resources: [] })), [
      'no_resources',
      'tier edge of environment staging is filled by label edge, and there is none: connect an agent',
    ])
  })

  test('a tier that is no tier of hosts', () => {
    assert.equal(refusedBy(withEdge({ kind: 'fleet' }))[0], 'place_unsupported')
  })

  test('an application tier without a place', () => {
    assert.deepEqual(refusedBy(input({ tierMap: { store: 'database', edge: 'edge' } })), [
      'tier_unmapped',
      'environment staging has no place for tier insight of data-backend: add it to the tier map',
    ])
  })

  test('a tier map to a tier that the environment does not have', () => {
    const tierMap = { store: 'database', edge: 'edges', insight: 'services' }
    assert.equal(refusedBy(input({ tierMap }))[0], 'tier_unknown')
  })

  test('a snapshot without one of the components', () => {
    const given = snapshot('2.0.0')!
    const components = Object.fromEntries(
      Object.entries(given.components).filter(([name]) => name !== 'range-model'),
    )
    assert.deepEqual(refusedBy(input({ snapshot: { ...given, components } })), [
      'component_missing',
      'snapshot 2.0.0 does not contain component range-model',
    ])
  })

  test('a process that places something without a snapshot', () => {
    assert.equal(refusedBy(input({ snapshot: null }))[0], 'component_missing')
  })

  test('a process that nobody wrote', () => {
    assert.deepEqual(refusedBy(input({ process: 'constructor' })), [
      'process_unknown',
      'application data-backend has no process constructor',
    ])
  })

  test('a component that cannot be put on hosts, or has no such process', () => {
    const tiers = [{ name: 'edge', components: [{ name: 'ingest-api', processes: null }] }]
    const given = input({ application: { ...application, tiers } })
    assert.equal(refusedBy(given)[0], 'component_has_no_process')
    const step = applicationStep('charge-store', [], { process: 'undeploy' })
    assert.equal(refusedBy(ordered([step]))[0], 'component_has_no_process')
  })

  test('a component and a need that are not there', () => {
    assert.equal(refusedBy(ordered([applicationStep('x', [])]))[0], 'component_unknown')
    assert.deepEqual(refusedBy(ordered([applicationStep('ingest-api', ['x'])])), [
      'need_unknown',
      'process deploy of application data-backend: "ingest-api" needs "x", which is not there',
    ])
  })

  test('steps that need each other, by the circle', () => {
    const circle = [
      applicationStep('ingest-api', ['fleet-dashboard']),
      applicationStep('range-model', ['ingest-api']),
      applicationStep('fleet-dashboard', ['range-model']),
    ]
    assert.deepEqual(refusedBy(ordered(circle)), [
      'cycle',
      'process deploy of application data-backend: "ingest-api" needs "fleet-dashboard" needs "range-model" needs "ingest-api": take one of these needs away',
    ])
    const chain = [componentStep('a', { needs: ['b'] }), componentStep('b', { needs: ['a'] })]
    assert.equal(refusedBy(only(chain))[0], 'cycle')
  })

  test('two steps with one address', () => {
    const chain = [componentStep('Migrate up'), componentStep('migrate-up')]
    assert.equal(refusedBy(only(chain))[0], 'name_twice')
  })

  test('steps that hosts or processes cannot carry out', () => {
    const work = { kind: 'other', what: 'wait' } as const
    assert.equal(refusedBy(only([componentStep('wait', { work })]))[0], 'step_unsupported')
    const step = applicationStep('wait', [], { component: null, process: 'wait' })
    assert.equal(refusedBy(ordered([step]))[0], 'step_unsupported')
  })

  test('more steps, links or resources than fit', () => {
    const many = Array.from({ length: 201 }, (_, n) =>
      applicationStep('ingest-api', [], { name: `step ${n}` }),
    )
    assert.equal(refusedBy(ordered(many))[0], 'too_many_steps')
    const long = Array.from({ length: 51 }, (_, n) =>
      componentStep(`s${n}`, { needs: n === 0 ? [] : [`s${n - 1}`] }),
    )
    assert.equal(refusedBy(only(long))[0], 'too_many_links')
    const resources = Array.from({ length: 10_001 }, (_, n) => ({
      id: 'agt_1' as AgentId,
      name: `e${n}`,
    }))
    assert.equal(refusedBy(withEdge({ resources }))[0], 'too_many_targets')
  })
})

suite('whatever is planned', () => {
  /** The same value with the keys of every map and the given lists in another order. */
  function shuffled<Value>(value: Value, seed: number): Value {
    if (Array.isArray(value)) return value.map((child: unknown) => shuffled(child, seed)) as Value
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const turn = seed % Math.max(1, entries.length)
    const turned = [...entries.slice(turn), ...entries.slice(0, turn)]
    return Object.fromEntries(turned.map(([key, child]) => [key, shuffled(child, seed)])) as Value
  }

  function text(given: PlanProcessInput): string {
    return canonicalText(planned(given) as unknown as JsonValue)
  }

  test('the same input gives the same text, whatever the order of maps, resources and rows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.subarray(['edge-1', 'edge-2', 'edge-3']), (seed, proven) => {
        const given = input({
          inventory: proven.map((resource) => runs('ingest-api', resource, '2.0.0')),
          variables: { region: 'eu', 'store-key': { secret: 'k' }, Region: 'us' },
        })
        const other = shuffled(given, seed)
        const tiers = other.environment.tiers
          .map((tier) => ({ ...tier, resources: tier.resources.toReversed() }))
          .toReversed()
        const turned = {
          ...other,
          inventory: other.inventory.toReversed(),
          environment: { ...other.environment, tiers },
        }
        assert.equal(text(turned), text(given))
      }),
    )
  })

  test('every key stands once, and every need stands before what needs it', () => {
    const chains = fc
      .array(
        fc.record({
          needs: fc.array(fc.nat(), { maxLength: 2 }),
          runOn: fc.constantFrom<ComponentStep['runOn']>('every', 'one', { atOnce: 3 }),
          when: fc.constantFrom(null, 'parameters.x'),
        }),
        { minLength: 1, maxLength: 8 },
      )
      .map((shapes) => [
        componentStep('place'),
        ...shapes.map(({ needs, ...rest }, index) =>
          componentStep(`s${index}`, {
            ...rest,
            needs: [
              ...new Set(
                needs.map((n) => (n % (index + 1) === 0 ? 'place' : `s${(n % (index + 1)) - 1}`)),
              ),
            ],
          }),
        ),
      ])
    fc.assert(
      fc.property(chains, (chain) => {
        const { steps } = planned(only(chain))
        const seen = new Set<string>()
        for (const { key, needs } of steps) {
          assert.ok(needs.every((need) => seen.has(need)))
          assert.ok(!seen.has(key))
          seen.add(key)
        }
        const links = steps.flatMap((step) => step.links.map(({ name }) => name))
        assert.deepEqual(links.sort(), chain.map(({ name }) => name).sort())
      }),
    )
  })

  test('every resource is completed by exactly one step that runs in any case', () => {
    const { steps } = planned(input())
    for (const component of COMPONENTS) {
      const own = steps.filter((step) => step.component === component)
      const resources = new Set(own.flatMap(({ targets }) => targets.map((t) => t.resource)))
      for (const resource of resources) {
        const completing = own.filter(({ targets }) =>
          targets.some((t) => t.resource === resource && t.completedBy === undefined),
        )
        assert.equal(completing.length, 1)
      }
    }
  })
})

suite('describePlan', () => {
  test('a dry run shows where, what and how many, and what is passed over', () => {
    const inventory = [
      runs('range-model', 'services-1', '2.0.0'),
      runs('ingest-api', 'edge-1', '1.0.0'),
      runs('ingest-api', 'edge-3', '1.0.0'),
    ]
    const description = describePlan(planned(input({ inventory })))
    assert.deepEqual(
      description.lines.map(({ tier, resources, component, does, skipped, atOnce, from }) => [
        tier,
        resources,
        component,
        skipped ?? does,
        atOnce,
        from,
      ]),
      [
        ['database', ['database-1'], 'charge-store', ['place'], 1, null],
        ['database', ['database-1'], 'charge-store', ['migrate'], 1, null],
        ['edge', ['edge-1', 'edge-3'], 'ingest-api', ['place', 'restart', 'health'], 2, '1.0.0'],
        ['edge', ['edge-2'], 'ingest-api', ['place', 'restart', 'health'], 1, null],
        ['services', ['services-1'], 'range-model', 'already 2.0.0', null, '2.0.0'],
        ['services', ['services-1'], 'fleet-dashboard', ['place', 'restart'], 1, null],
      ],
    )
    assert.deepEqual([description.runs, description.skips], [5, 1])
    assert.deepEqual([description.from, description.to], ['1.0.0', '2.0.0'])
  })
})
