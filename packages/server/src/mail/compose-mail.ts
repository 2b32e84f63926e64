// A message of the port as nodemailer takes it: its headers, and the refusal of what could break out of one.

import type { SendMailOptions } from 'nodemailer'

import type { Mail } from '../ports/mailer.ts'

/** Who sends, and the host that message ids are made under. */
export interface MailSender {
  readonly from: { readonly name: string; readonly address: string }
  readonly host: string
}

/** One address, without quotes, comments or lists. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,255}$/
const KEY = /^[A-Za-z0-9._-]{1,200}$/

/** Why this message is not sent as it is; undefined when nothing is wrong with it. Headers hold one line each. */
export function refusalOfMail(mail: Mail): string | undefined {
  if (!ADDRESS.test(mail.to.address)) return 'The address of the receiver is not one mail address.'
  if (hasControl(mail.to.name)) return 'The name of the receiver has a line break in it.'
  if (hasControl(mail.subject)) return 'The subject has a line break in it.'
  if (hasControl(mail.list.title)) return 'The title of the project has a line break in it.'
  for (const key of [mail.key, mail.thread, mail.list.id]) {
    if (!KEY.test(key)) return `"${key.slice(0, 40)}" cannot name a message.`
  }
  return undefined
}

/** The message with all its headers. The same message gives the same headers. */
export function composeMail(mail: Mail, { from, host }: MailSender): SendMailOptions {
  const thread = `<${mail.thread}.thread@${host}>`
  return {
    from,
    to: { name: mail.to.name, address: mail.to.address },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.key}@${host}>`,
    inReplyTo: thread,
    references: [thread],
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': { prepared: true, value: listId(mail, host) },
    },
    // What stands in a message is text: nothing is read from files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Only plain letters of the title: the header is one line of ASCII. */
function listId({ list }: Mail, host: string): string {
  const title = list.title.replaceAll(/[^\x20-\x7E]|["\\<>]/g, '').trim()
  return `"${title.slice(0, 60)}" <${list.id}.lockstep.${host}>`
}

function hasControl(text: string): boolean {
  return /\p{Cc}|\u2028|\u2029/u.test(text)
}
