import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { createFileOutbox } from '../src/mail/file-outbox.ts'
import { createSmtpMailer } from '../src/mail/smtp-mailer.ts'
import { MailFault } from '../src/ports/mailer.ts'
import {
  mail,
  mailerConformance,
  SENDER,
  type MailerUnderTest,
} from '../testing/mailer-conformance.ts'

async function openFileOutbox(): Promise<MailerUnderTest & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-outbox-'))
  const mailer = await createFileOutbox(folder, SENDER)
  return {
    mailer,
    folder,
    async arrived() {
      const names = (await readdir(folder)).toSorted()
      return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
    },
    async [Symbol.asyncDispose]() {
      await mailer[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A mail server in this process. `answer` may refuse a receiver with a code of SMTP. */
async function openSmtp(
  answer?: (address: string) => number | undefined,
): Promise<MailerUnderTest> {
  const received: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const code = answer?.(address)
      if (code === undefined) done()
      else done(Object.assign(new Error('Not for this one'), { responseCode: code }))
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString('utf8'))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  const mailer = createSmtpMailer(`smtp://127.0.0.1:${port}`, SENDER)
  return {
    mailer,
    arrived: () => Promise.resolve(received),
    async [Symbol.asyncDispose]() {
      await mailer[Symbol.asyncDispose]()
      await new Promise<void>((resolve) => {
        server.close(resolve)
      })
    },
  }
}

mailerConformance('into files', openFileOutbox)
mailerConformance('over SMTP', () => openSmtp())

suite('the mailer over SMTP', () => {
  test('answers that a receiver is refused for ever, and throws when it is for now', async () => {
    await using under = await openSmtp((address) => (address.startsWith('gone') ? 550 : 451))
    const gone = await under.mailer.send(mail({ to: { name: '', address: 'gone@example.test' } }))
    assert.deepEqual(gone, { ok: false, reason: '550 Not for this one' })
    const later = under.mailer.send(mail({ to: { name: '', address: 'later@example.test' } }))
    await assert.rejects(later, MailFault)
  })

  test('throws when there is no mail server', async () => {
    const under = await openSmtp()
    await under[Symbol.asyncDispose]()
    await using mailer = createSmtpMailer('smtp://127.0.0.1:1', SENDER)
    await assert.rejects(mailer.send(mail()), MailFault)
  })
})

suite('the outbox of files', () => {
  test('keeps messages from other accounts of the machine', async () => {
    await using under = await openFileOutbox()
    await under.mailer.send(mail())
    const { mode } = await stat(join(under.folder, 'ntf_1.eml'))
    assert.equal(mode & 0o777, 0o600)
  })
})
