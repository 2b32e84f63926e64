// Mail as the server sends it: one receiver, the same message each time it is tried.

/** One message to one person. */
export interface Mail {
  /** Names this message for ever: sent again after a crash it has the same Message-ID. Letters, digits, `.` `_` `-`. */
  readonly key: string
  /** What it belongs to: messages with the same thread are shown together. */
  readonly thread: string
  /** The project, for filters of mail programs. */
  readonly list: { readonly id: string; readonly title: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** `refused`: this message will not be taken, however often it is tried; the reason is what is shown to people. */
export type MailSent = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface Mailer extends AsyncDisposable {
  /** Hands a message over. Rejects with a `MailFault` when it could not be handed over now; the same message may be sent again. */
  send(mail: Mail): Promise<MailSent>
}

/** A message could not be handed over: the server does not answer, or says "not now". */
export class MailFault extends Error {
  override readonly name = 'MailFault'
  readonly code = 'mail_not_sent'
  readonly retryable = true
}
