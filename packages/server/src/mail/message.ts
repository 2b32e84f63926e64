// A mail as a message: headers that say it is automatic, and that keep a release's mails together.

import { createHash } from 'node:crypto'
import type { SendMailOptions } from 'nodemailer'

import type { Mail } from '../ports/mailer.ts'

/** Who mails come from. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** The message of a mail. Line breaks in names and subjects are refused: they would begin a header of somebody else's. */
export function messageOf(mail: Mail, from: Sender): SendMailOptions {
  for (const text of [mail.subject, mail.to.name, mail.to.address, mail.list]) {
    if (/[\r\n\0]/.test(text)) throw new Error('a line break in a header of a mail')
  }
  const host = from.address.split('@')[1] ?? 'lockstep.invalid'
  const thread = `<thread.${digestOf(mail.thread)}@${host}>`
  return {
    from: { name: from.name, address: from.address },
    to: { name: mail.to.name, address: mail.to.address },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${digestOf(mail.key)}@${host}>`,
    inReplyTo: thread,
    references: [thread],
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `${mail.list} <${mail.list}.${host}>`,
    },
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
