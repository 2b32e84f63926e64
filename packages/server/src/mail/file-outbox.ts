// Mail without a mail server: each message is a file that any mail program opens.

import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'

import { MailFault, type Mailer } from '../ports/mailer.ts'
import { composeMail, refusalOfMail, type MailSender } from './compose-mail.ts'

/** Writes messages into a folder as `<key>.eml`, whole or not at all. The same message again replaces its file. */
export async function createFileOutbox(folder: string, sender: MailSender): Promise<Mailer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(mail) {
      const reason = refusalOfMail(mail)
      if (reason !== undefined) return { ok: false, reason }
      const { message } = await transport.sendMail(composeMail(mail, sender))
      if (!Buffer.isBuffer(message)) throw new MailFault('compose the message')
      try {
        await writeWhole(folder, `${mail.key}.eml`, message)
      } catch (cause) {
        throw new MailFault(`write a message to ${folder}`, { cause })
      }
      return { ok: true }
    },
    async [Symbol.asyncDispose]() {
      transport.close()
    },
  }
}

async function writeWhole(folder: string, name: string, bytes: Buffer): Promise<void> {
  const part = join(folder, `.${name}.${randomUUID()}`)
  try {
    {
      await using file = await open(part, 'wx', 0o600)
      await file.writeFile(bytes)
      await file.sync()
    }
    await rename(part, join(folder, name))
  } catch (error) {
    await rm(part, { force: true }) // A full disk needs the room more than half a message does.
    throw error
  }
}
