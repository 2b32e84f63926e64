// Mail over SMTP, on a few connections that stay open.

import { createTransport } from 'nodemailer'

import { MailFault, type Mailer } from '../ports/mailer.ts'
import { composeMail, refusalOfMail, type MailSender } from './compose-mail.ts'

const CONNECTIONS_MAX = 3
const TIMEOUT_MS = 20_000

/** Sends to the server of an `smtp://` or `smtps://` address. A 5xx answer is for ever; everything else may be tried again. */
export function createSmtpMailer(url: string, sender: MailSender): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  })
  return {
    async send(mail) {
      const reason = refusalOfMail(mail)
      if (reason !== undefined) return { ok: false, reason }
      try {
        await transport.sendMail(composeMail(mail, sender))
        return { ok: true }
      } catch (cause) {
        const answer = answerOf(cause)
        if (answer !== undefined && answer.code >= 500) return { ok: false, reason: answer.text }
        throw new MailFault(
          answer === undefined
            ? 'the mail server does not answer'
            : `the mail server says: ${answer.text}`,
          { cause },
        )
      }
    },
    async [Symbol.asyncDispose]() {
      transport.close()
    },
  }
}

/** What the mail server answered about this message, when it did; trouble with the connection or the sign-in is no answer. */
function answerOf(error: unknown): { readonly code: number; readonly text: string } | undefined {
  if (!(error instanceof Error) || !('responseCode' in error)) return undefined
  if (typeof error.responseCode !== 'number') return undefined
  if ('code' in error && (error.code === 'EAUTH' || error.code === 'ECONNECTION')) return undefined
  const text = 'response' in error && typeof error.response === 'string' ? error.response : ''
  return { code: error.responseCode, text: text.slice(0, 300) }
}
