// What an entry of the audit trail is about, and what was said with it.

import type { AuditEntry as EntrySchema } from '@lockstep/contract'
import type * as z from 'zod/mini'

export type AuditEntry = z.output<typeof EntrySchema>
type Body = AuditEntry['body']

/** What each kind of thing is called; entries carry the kind of their subject. */
const KINDS: Readonly<Record<string, string>> = {
  pipeline_run: 'run',
  stage_run: 'stage',
  gate_run: 'gate',
  process_run: 'deployment',
  step_run: 'step',
  environment_lock: 'environment',
  release: 'release',
  prj: 'project',
  env: 'environment',
  def: 'definition',
  usr: 'person',
  grp: 'group',
  gra: 'role',
  svc: 'service account',
  tok: 'token',
  ses: 'session',
  agt: 'agent',
  ntf: 'message',
  art: 'artifact',
}

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind.replaceAll('_', ' ')
}

/** What a person wrote with it: a comment or reason. */
export function saidWith({ body }: Pick<AuditEntry, 'body'>): string | undefined {
  return ['comment', 'reason'].map((field) => text(body, field)).find((said) => said.trim() !== '')
}

/** One entry a line, to be read; what can be verified elsewhere comes from `lockstep audit export`. */
export function exportLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

function text(body: Body, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}
