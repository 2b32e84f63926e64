// What every mailer does, read from the messages that arrive.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { simpleParser, type ParsedMail } from 'mailparser'
import type { Mail, Mailer } from '../src/ports/mailer.ts'

/** A mailer, and the raw messages that have arrived where it sends to, in order. */
export interface MailerUnderTest extends AsyncDisposable {
  readonly mailer: Mailer
  arrived(): Promise<readonly string[]>
}

export const SENDER = {
  from: { name: 'Lockstep', address: 'lockstep@example.test' },
  host: 'lockstep.example.test',
}

/** A message as it is sent, but for what a test is about. */
export function mail(change: Partial<Mail> = {}): Mail {
  return {
    key: 'ntf_1',
    thread: 'run_1',
    list: { id: 'car', title: 'Connected Car' },
    to: { name: 'Release Manager', address: 'release-manager@example.test' },
    subject: 'Waits for you: Staging exit (v1 → v2)',
    text: 'Look and decide: http://lockstep.example.test/gates/gat_1\n',
    html: '<p>Look and decide</p>',
    ...change,
  }
}

export function mailerConformance(name: string, open: () => Promise<MailerUnderTest>): void {
  const sent = async (...mails: readonly Mail[]): Promise<readonly ParsedMail[]> => {
    await using under = await open()
    for (const one of mails) assert.deepEqual(await under.mailer.send(one), { ok: true })
    return Promise.all((await under.arrived()).map((raw) => simpleParser(raw)))
  }

  suite(`the mailer ${name}`, () => {
    test('delivers text and HTML to one person, in their letters', async () => {
      const [parsed] = await sent(
        mail({ to: { name: 'Zoë Ångström', address: 'zoe@example.test' } }),
      )
      assert.equal(parsed?.subject, 'Waits for you: Staging exit (v1 → v2)')
      assert.equal(
        parsed?.text?.trim(),
        'Look and decide: http://lockstep.example.test/gates/gat_1',
      )
      assert.equal(parsed?.html, '<p>Look and decide</p>')
      assert.deepEqual(valueOf(parsed, 'to'), [
        { name: 'Zoë Ångström', address: 'zoe@example.test' },
      ])
      assert.equal(parsed?.from?.text, '"Lockstep" <lockstep@example.test>')
    })

    test('says that it is no person, and which project it is for', async () => {
      const [parsed] = await sent(mail())
      assert.equal(parsed?.headers.get('auto-submitted'), 'auto-generated')
      assert.equal(parsed?.headers.get('x-auto-response-suppress'), 'All')
      assert.deepEqual(parsed?.headers.get('list'), {
        id: { name: 'Connected Car', id: 'car.lockstep.lockstep.example.test' },
      })
    })

    test('gives a message the same id each time, and all of a thread the same parent', async () => {
      const [first, again, other] = await sent(mail(), mail(), mail({ key: 'ntf_2' }))
      const last = other ?? again // Where the same message replaces itself, there are two.
      assert.equal(first?.messageId, '<ntf_1@lockstep.example.test>')
      if (other !== undefined) assert.equal(again?.messageId, first?.messageId)
      assert.equal(last?.messageId, '<ntf_2@lockstep.example.test>')
      assert.equal(last?.inReplyTo, '<run_1.thread@lockstep.example.test>')
      assert.equal(last?.references, first?.references)
    })

    test('refuses what would break out of a header, and sends nothing of it', async () => {
      await using under = await open()
      const broken: readonly Partial<Mail>[] = [
        { subject: 'Waits\r\nBcc: everybody@example.test' },
        { to: { name: 'A\nB', address: 'a@example.test' } },
        { to: { name: 'A', address: 'a@example.test, b@example.test' } },
        { to: { name: 'A', address: 'a@example.test\r\nRCPT TO:<b@example.test>' } },
        { to: { name: 'A', address: 'nobody' } },
        { key: 'ntf_1>\r\nX: y' },
        { list: { id: 'car', title: 'Car\r\nX: y' } },
      ]
      for (const change of broken) {
        const answer = await under.mailer.send(mail(change))
        assert.equal(answer.ok, false, JSON.stringify(change))
      }
      assert.deepEqual(await under.arrived(), [])
    })

    test('keeps quotes and commas in a name inside the name', async () => {
      const to = { name: '"x" <evil@example.test>, y', address: 'a@example.test' }
      const [parsed] = await sent(mail({ to }))
      assert.deepEqual(valueOf(parsed, 'to'), [to])
    })
  })
}

function valueOf(
  parsed: ParsedMail | undefined,
  field: 'to',
): readonly { readonly name: string; readonly address: string | undefined }[] {
  const found = parsed?.[field]
  const all = found === undefined ? [] : Array.isArray(found) ? found : [found]
  return all.flatMap(({ value }) => value.map(({ name, address }) => ({ name, address })))
}
