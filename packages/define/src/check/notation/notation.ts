// How definitions are written: for every place in them, which kinds may stand there, and what their first key or
// argument means. Reading YAML, printing YAML and finding places in TypeScript all follow this one table.

/** A place in a definition that takes entries of certain kinds. */
export type Context =
  | 'definition'
  | 'tier'
  | 'component'
  | 'step'
  | 'target'
  | 'tierMap'
  | 'wave'
  | 'rule'
  | 'task'
  | 'trigger'
  | 'parameter'
  | 'stage'
  | 'collect'
  | 'window'
  | 'freeze'

/** How the value of a field is written. */
export type Reading =
  | 'value'
  | 'reference'
  | { readonly entry: Context }
  | { readonly list: Context }
  | { readonly map: Reading }

/** One kind in one place. */
export type KindNotation = {
  /** The field whose value stands as the value of the first key, and as the first argument of the helper. */
  readonly subject?: string
  /** The fields of further arguments of the helper; the settings follow. */
  readonly arguments?: readonly string[]
  /** The fields that hold more than plain values. */
  readonly fields?: Readonly<Record<string, Reading>>
}

const named: KindNotation = { subject: 'name' }
const settingsOnly: KindNotation = {}
const ofApplication: KindNotation = { subject: 'application', fields: { application: 'reference' } }
const ofPipeline: KindNotation = { subject: 'pipeline', fields: { pipeline: 'reference' } }
const groupOfTasks: KindNotation = {
  subject: 'name',
  arguments: ['tasks'],
  fields: { tasks: { list: 'task' } },
}
const waiting: KindNotation = { subject: 'check', fields: { check: { entry: 'rule' } } }
const command: KindNotation = { subject: 'name', arguments: ['argv'] }

/** Place → kind, as helpers and YAML spell it → how it is written. */
export const NOTATION: Readonly<Record<Context, Readonly<Record<string, KindNotation>>>> = {
  definition: {
    application: {
      subject: 'name',
      fields: { tiers: { list: 'tier' }, processes: { map: { list: 'step' } } },
    },
    environment: {
      subject: 'name',
      fields: {
        tiers: { list: 'target' },
        receives: { list: 'tierMap' },
        windows: { list: 'window' },
        freezes: { list: 'freeze' },
      },
    },
    pipeline: {
      subject: 'name',
      fields: {
        on: { list: 'trigger' },
        parameters: { list: 'parameter' },
        stages: { list: 'stage' },
      },
    },
    release: {
      subject: 'name',
      fields: {
        pipeline: 'reference',
        applications: { list: 'collect' },
        environments: { map: 'reference' },
      },
    },
  },
  tier: {
    tier: {
      subject: 'name',
      arguments: ['components'],
      fields: { components: { list: 'component' } },
    },
  },
  component: { component: { subject: 'name', fields: { hosts: { map: { list: 'step' } } } } },
  step: {
    artifact: named,
    command,
    script: { subject: 'name', arguments: ['text'] },
    componentStep: { subject: 'component', arguments: ['process'] },
    waitFor: waiting,
    wait: named,
  },
  target: {
    hosts: { subject: 'name', fields: { healthy: { entry: 'rule' } } },
    fleet: { subject: 'name', fields: { waves: { list: 'wave' } } },
    store: named,
  },
  tierMap: {
    tierMap: { subject: 'application', arguments: ['map'], fields: { application: 'reference' } },
  },
  wave: { wave: { subject: 'size', fields: { hold: { list: 'rule' } } } },
  rule: {
    approval: named,
    allTasksPassed: settingsOnly,
    tests: settingsOnly,
    signed: settingsOnly,
    compatible: settingsOnly,
    healthy: settingsOnly,
    fleetVerified: { ...ofApplication, arguments: ['share'] },
    metric: named,
    http: { subject: 'url' },
    inWindow: { subject: 'window' },
    passed: ofPipeline,
    that: { subject: 'name', arguments: ['condition'] },
    sideBySide: { subject: 'rules', fields: { rules: { list: 'rule' } } },
  },
  task: {
    build: ofApplication,
    test: named,
    command,
    snapshot: ofApplication,
    deploy: ofApplication,
    prepare: ofApplication,
    rollback: ofApplication,
    runProcess: { ...ofApplication, arguments: ['process'] },
    runPipeline: ofPipeline,
    manual: named,
    notify: named,
    waitFor: waiting,
    wait: named,
    sideBySide: groupOfTasks,
    oneAfterAnother: groupOfTasks,
  },
  trigger: {
    commit: settingsOnly,
    tag: settingsOnly,
    schedule: { subject: 'cron', arguments: ['zone'] },
    newArtifact: { subject: 'component' },
    after: ofPipeline,
  },
  parameter: { duration: named, share: named, text: named },
  stage: {
    stage: {
      subject: 'name',
      fields: {
        environment: 'reference',
        entry: { list: 'rule' },
        tasks: { list: 'task' },
        exit: { list: 'rule' },
      },
    },
  },
  collect: {
    collect: { ...ofApplication, fields: { application: 'reference', from: 'reference' } },
  },
  window: { window: { subject: 'name', arguments: ['when'] } },
  freeze: { freeze: { subject: 'name', arguments: ['from', 'until'] } },
}

/** What the entries of a place are called in sentences. */
export const CONTEXT_WORDS: Readonly<Record<Context, string>> = {
  definition: 'definition',
  tier: 'tier',
  component: 'component',
  step: 'step',
  target: 'environment tier',
  tierMap: 'tier map',
  wave: 'wave',
  rule: 'rule',
  task: 'task',
  trigger: 'trigger',
  parameter: 'parameter',
  stage: 'stage',
  collect: 'collected application',
  window: 'window',
  freeze: 'freeze',
}

/** How the value of a field of this kind is written; `undefined` for kinds that this place does not take. */
export function readingOf(notation: KindNotation, field: string): Reading {
  const { fields } = notation
  return fields !== undefined && Object.hasOwn(fields, field) ? (fields[field] ?? 'value') : 'value'
}

/** The notation of a kind in a place. */
export function findNotation(context: Context, helper: string): KindNotation | undefined {
  const kinds = NOTATION[context]
  return Object.hasOwn(kinds, helper) ? kinds[helper] : undefined
}
