// What the entries of the audit trail are about, for people who search them.

import type { AuditTopic } from '@lockstep/contract'
import { TOPIC_OF_ENTRY, type EntryType } from '../../ports/audit.ts'

const ENTRIES: Readonly<Record<EntryType, AuditTopic | null>> = TOPIC_OF_ENTRY

/** Events of runs, releases and environments by topic. Their reducers say much more, which nobody searches for. */
const RUN_TYPES: Readonly<Partial<Record<AuditTopic, readonly string[]>>> = {
  decisions: [
    'decision_recorded',
    'override_recorded',
    'decision_withdrawn',
    'gate_finished',
    'gate_held',
    'gate_resumed',
    'gate_retried',
    'task_completed',
    'task_skipped',
    'step_skipped',
    'unknown_resolved',
  ],
  runs: [
    'run_created',
    'run_paused',
    'run_resumed',
    'abort_requested',
    'restarted_from',
    'task_retried',
    'step_retried',
    'release_planned',
    'release_started',
    'release_cancelled',
    'application_pinned',
    'application_frozen',
    'application_unfrozen',
  ],
  deployments: [
    'process_created',
    'process_planned',
    'snapshot_made',
    'environment_locked',
    'environment_unlocked',
    'environment_frozen',
    'environment_unfrozen',
  ],
}

/** The types of entries under a topic. */
export function typesOf(topic: AuditTopic): readonly string[] {
  const entries = Object.entries(ENTRIES).filter(([, of]) => of === topic)
  return [...entries.map(([type]) => type), ...(RUN_TYPES[topic] ?? [])]
}
