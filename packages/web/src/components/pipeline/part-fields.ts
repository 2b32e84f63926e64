// The fields of each part of a pipeline: what they are called, and how they are written. Reading and editing use the same table.

export type FieldForm =
  | 'line'
  | 'text'
  | 'duration'
  | 'number'
  | 'flag'
  | 'arguments'
  | 'lines'
  | 'pairs'
  | 'condition'
  | 'application'
  | 'pipeline'
  | 'environment'
  | 'approvers'
  | 'groups'
  | 'json'
  | { readonly oneOf: readonly string[] }

export interface PartField {
  readonly key: string
  readonly label: string
  readonly form: FieldForm
  readonly isNeeded?: true
  readonly hint?: string
}

const needed = (key: string, label: string, form: FieldForm, hint?: string): PartField => ({
  key,
  label,
  form,
  isNeeded: true,
  ...(hint === undefined ? {} : { hint }),
})
const may = (key: string, label: string, form: FieldForm, hint?: string): PartField => ({
  key,
  label,
  form,
  ...(hint === undefined ? {} : { hint }),
})

const NAME = needed('name', 'Name', 'line')
const OWN_NAME = may('name', 'Name', 'line', 'Without one it is named after what it does.')
const APPLICATION = needed('application', 'Application', 'application')
const WHEN = may('when', 'Only when', 'condition', 'A condition in CEL; without it, always.')
const ALWAYS = may('always', 'Also after a failure or an abort', 'flag')
const TIMEOUT = may('timeout', 'Limit', 'duration', '30s, 15m, 24h or 7d')
const SILENT = may('noOutput', 'Stopped when silent for', 'duration')
const ON_ERROR = may(
  'onError',
  'If it fails',
  'json',
  '"stop", "continue", "ask", or {"retry": 2, "every": "30s"}',
)
const ON_LOST = may('onLost', 'If the agent is lost', { oneOf: ['ask', 'retry'] })
const FLOW = [WHEN, ALWAYS, ON_ERROR, ON_LOST]
const WORK = [
  may('agent', 'Agent', 'line', 'A label of agents.'),
  may('env', 'Environment variables', 'pairs', 'NAME=value, one a line'),
  may('source', 'Repository', 'json', '{"repository": "car"}'),
  TIMEOUT,
  SILENT,
  ...FLOW,
]
const POLL = [
  may('within', 'Within', 'duration', 'Without it, it is asked until it holds.'),
  may('every', 'Asked every', 'duration'),
]

export const TASK_FIELDS: Readonly<Record<string, readonly PartField[]>> = {
  build: [
    OWN_NAME,
    APPLICATION,
    needed('run', 'Runs', 'arguments', 'One argument a line.'),
    needed('version', 'Version from', 'line'),
    needed('artifacts', 'Artifacts', 'pairs', 'component=file, one a line'),
    may('sbom', 'Bill of materials', 'line'),
    may('report', 'Test report', 'line'),
    may('matrix', 'Matrix', 'json'),
    ...WORK,
  ],
  test: [
    NAME,
    needed('run', 'Runs', 'arguments', 'One argument a line.'),
    may('report', 'Test report', 'line'),
    may('matrix', 'Matrix', 'json'),
    ...WORK,
  ],
  command: [NAME, needed('argv', 'Runs', 'arguments', 'One argument a line.'), ...WORK],
  snapshot: [OWN_NAME, APPLICATION],
  deploy: [
    OWN_NAME,
    APPLICATION,
    may('force', 'Also where it runs already', 'flag'),
    may('acceptIrreversible', 'Why what cannot be undone is right', 'text'),
    TIMEOUT,
    SILENT,
    ...FLOW,
  ],
  prepare: [OWN_NAME, APPLICATION, TIMEOUT, SILENT, ...FLOW],
  rollback: [
    OWN_NAME,
    APPLICATION,
    may('to', 'To version', 'line', 'Without one, the last good.'),
    TIMEOUT,
    ...FLOW,
  ],
  run_process: [OWN_NAME, APPLICATION, needed('process', 'Process', 'line'), TIMEOUT, ...FLOW],
  run_pipeline: [
    OWN_NAME,
    needed('pipeline', 'Pipeline', 'pipeline'),
    may('parameters', 'Parameters', 'json'),
    TIMEOUT,
    ...FLOW,
  ],
  manual: [NAME, needed('by', 'By', 'approvers'), needed('instructions', 'Instructions', 'text')],
  notify: [
    NAME,
    needed('to', 'To', 'json', '[{"group": "qa"}, "team@example.com"]'),
    needed('text', 'Text', 'text'),
  ],
  wait_for: [OWN_NAME, needed('check', 'Until this holds', 'json')],
  wait: [NAME, may('for', 'For', 'duration'), may('until', 'Until', 'line')],
  side_by_side: [NAME],
  one_after_another: [NAME],
}

export const RULE_FIELDS: Readonly<Record<string, readonly PartField[]>> = {
  approval: [
    NAME,
    may('by', 'By', 'approvers', 'group or user:name, one a line'),
    may('need', 'How many of them', 'number'),
    may('oneFromEach', 'One from each of', 'groups', 'One group a line.'),
    may('expires', 'Expires after', 'duration'),
    may('onReject', 'If somebody rejects', { oneOf: ['wait', 'continue'] }),
  ],
  all_tasks_passed: [OWN_NAME],
  tests: [
    OWN_NAME,
    may('passRate', 'At least passed', 'line', '95%'),
    may('noNewFailures', 'No new failures', 'flag'),
    may('suite', 'Of suite', 'line'),
  ],
  signed: [OWN_NAME, may('sbom', 'With a bill of materials', 'flag')],
  compatible: [OWN_NAME, ...POLL],
  healthy: [OWN_NAME, ...POLL],
  fleet_verified: [OWN_NAME, APPLICATION, needed('share', 'Share', 'duration', '99%'), ...POLL],
  metric: [
    NAME,
    may('promql', 'PromQL', 'text'),
    may('json', 'Or JSON at', 'line'),
    may('field', 'Field of the JSON', 'line'),
    may('below', 'Below', 'number'),
    may('above', 'Or above', 'number'),
    may('for', 'For', 'duration'),
    ...POLL,
  ],
  http: [OWN_NAME, needed('url', 'Address', 'line'), may('status', 'Answers', 'number'), ...POLL],
  in_window: [OWN_NAME, needed('window', 'Window', 'line'), ...POLL],
  passed: [OWN_NAME, needed('pipeline', 'Pipeline', 'pipeline'), ...POLL],
  that: [NAME, needed('condition', 'Condition', 'condition'), ...POLL],
  side_by_side: [],
}

export const TRIGGER_FIELDS: Readonly<Record<string, readonly PartField[]>> = {
  commit: [
    needed('repository', 'Repository', 'line'),
    needed('branch', 'Branch', 'line'),
    may('paths', 'Only for paths', 'lines', 'One a line.'),
    may('supersede', 'Drops runs of older commits that have not begun', 'flag'),
    may('apply', 'Applies its definitions first', 'flag'),
  ],
  tag: [needed('repository', 'Repository', 'line'), needed('pattern', 'Pattern', 'line', 'v*')],
  schedule: [
    needed('cron', 'At', 'line', 'Minute, hour, day, month, weekday: 0 6 * * 1-5'),
    needed('zone', 'Time zone', 'line', 'Europe/Berlin'),
  ],
  new_artifact: [needed('component', 'Component', 'line')],
  after: [needed('pipeline', 'Pipeline', 'pipeline')],
}

export const PARAMETER_FIELDS: Readonly<Record<string, readonly PartField[]>> = {
  duration: [NAME, may('title', 'Title', 'line'), may('default', 'Default', 'duration')],
  share: [NAME, may('title', 'Title', 'line'), may('default', 'Default', 'line', '1%')],
  text: [
    NAME,
    may('title', 'Title', 'line'),
    may('default', 'Default', 'line'),
    may('oneOf', 'One of', 'lines', 'One a line.'),
  ],
}

export const STAGE_FIELDS: readonly PartField[] = [
  NAME,
  may('title', 'Title', 'line'),
  may('environment', 'Environment', 'environment', 'Without one, the release says where.'),
  WHEN,
]

/** Whatever it is, it is read and edited: unknown kinds have no fields. */
export function fieldsFor(
  is: 'trigger' | 'parameter' | 'stage' | 'gate' | 'group' | 'task' | 'rule',
  kind: string,
): readonly PartField[] {
  switch (is) {
    case 'trigger':
      return TRIGGER_FIELDS[kind] ?? []
    case 'parameter':
      return PARAMETER_FIELDS[kind] ?? []
    case 'stage':
      return STAGE_FIELDS
    case 'gate':
      return []
    case 'group':
    case 'task':
      return TASK_FIELDS[kind] ?? []
    case 'rule':
      return RULE_FIELDS[kind] ?? []
  }
}

/** What each kind is called. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  build: 'Build',
  test: 'Test',
  command: 'Command',
  snapshot: 'Snapshot',
  deploy: 'Deploy',
  prepare: 'Prepare',
  rollback: 'Roll back',
  run_process: 'Run a process',
  run_pipeline: 'Run a pipeline',
  manual: 'Manual task',
  notify: 'Notify',
  wait_for: 'Wait for a check',
  wait: 'Wait',
  side_by_side: 'Side by side',
  one_after_another: 'One after another',
  approval: 'Approval',
  all_tasks_passed: 'All tasks passed',
  tests: 'Tests',
  signed: 'Signed',
  compatible: 'Compatible',
  healthy: 'Environment healthy',
  fleet_verified: 'Verified on the fleet',
  metric: 'Metric',
  http: 'HTTP check',
  in_window: 'In a window',
  passed: 'Another pipeline passed',
  that: 'Condition',
  commit: 'Commit',
  tag: 'Tag',
  schedule: 'Schedule',
  new_artifact: 'New artifact',
  after: 'After another pipeline',
  duration: 'Duration',
  share: 'Share',
  text: 'Text',
}
