// What each choice of mails is called, for the page and the command line.

import type { MailChoice } from '@lockstep/domain'

interface Words {
  readonly title: string
  /** When such a mail comes. */
  readonly detail: string
}

export const MAIL_CHOICE_WORDS: Readonly<Record<MailChoice, Words>> = {
  reminders: {
    title: 'Reminders',
    detail: 'Once, after half of the time, while a gate still waits for you.',
  },
  decided_gates: {
    title: 'Gates that were decided',
    detail: 'That a gate which asked you has passed or was rejected.',
  },
  failed_runs: {
    title: 'Runs that failed',
    detail: 'That a run you answer for has ended, and why.',
  },
  ready_releases: {
    title: 'Releases that can start',
    detail: 'That a release of yours has collected everything.',
  },
  notices: {
    title: 'Notices of pipelines',
    detail: 'What a task of a pipeline tells you, without asking anything.',
  },
}

/** What nobody switches off. */
export const ALWAYS_SENT =
  'Always sent: gates that ask you to decide, also when somebody reminds you by hand, gates that somebody passes without their approvals, tasks to do, work that waits for somebody, and news about your account.'
