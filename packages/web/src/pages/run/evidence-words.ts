// Entries of the audit trail in words.

import type { Run } from '../../lib/runs.ts'

/** Whether a person did it, or a token in the name of one; not a rule, an agent or the server. */
export function isByPerson({ actor }: { readonly actor: string }): boolean {
  return /^(user|token):/.test(actor)
}

interface Subject {
  readonly kind: string
  readonly subject: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What an entry is about, as the run calls it: `deploy vehicle-firmware in Staging`; the kind of it when it is no part of the run. */
export function subjectWords(run: Pick<Run, 'stages'>, { kind, subject, body }: Subject): string {
  const stage = run.stages.find(({ id }) => id === subject)
  if (stage === undefined) return KINDS[kind] ?? kind.replaceAll('_', ' ')
  const task = typeof body['task'] === 'number' ? stage.tasks[body['task']] : undefined
  return task === undefined ? stage.title : `${task.title} in ${stage.title}`
}

const KINDS: Readonly<Record<string, string>> = {
  pipeline_run: 'the run',
  stage_run: 'a stage',
  gate_run: 'a gate',
  process_run: 'a deployment',
  step_run: 'a step',
  environment_lock: 'an environment',
}
