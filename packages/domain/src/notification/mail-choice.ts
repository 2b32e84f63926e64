// Which mails people may do without. What asks them for something is always sent: without an answer it would wait.

import type { OutwardEffect } from '../kernel/effect.ts'

/** Mails that ask nobody for anything; whoever gets them may switch each off. */
export const MAIL_CHOICES = [
  'reminders',
  'decided_gates',
  'failed_runs',
  'ready_releases',
  'notices',
] as const
export type MailChoice = (typeof MAIL_CHOICES)[number]

/** Those of these words that name a choice. */
export function mailChoicesIn(words: readonly string[]): readonly MailChoice[] {
  return MAIL_CHOICES.filter((choice) => words.includes(choice))
}

/** Under which choice the mails of an effect fall; null: they are always sent. `work` is that of the task it is about. */
export function mailChoiceOf(effect: OutwardEffect, work?: string): MailChoice | null {
  switch (effect.type) {
    case 'notify_approvers':
      return effect.reason === 'reminder' ? 'reminders' : null
    case 'notify_gate_decided':
      return 'decided_gates'
    case 'notify_owners':
      return OWNERS_CHOICES[effect.what] ?? null
    case 'notify_people':
      return work === 'notify' ? 'notices' : null
    case 'notify_override':
    case 'announce_pass':
      return null
  }
}

/** What owners are told without being asked: a stage or step that waits for somebody is not among it. */
const OWNERS_CHOICES: Readonly<Record<string, MailChoice>> = {
  run_failed: 'failed_runs',
  release_ready: 'ready_releases',
}
