import assert from 'node:assert/strict'
import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { idOf, uuidOf } from '@lockstep/domain'

import { openQueue } from '../src/effects/carry-effects.ts'
import { deliverDue } from '../src/effects/deliver-due.ts'
import { holdOutgoing, OutgoingHold } from '../src/postgres/outgoing-hold.ts'
import type { Mail, Mailer } from '../src/ports/mailer.ts'
import { poolAsTx } from '../src/postgres/transact.ts'
import { noteMail } from '../src/usecases/notification/note-mail.ts'
import { startTestApi, type Caller, type TestApi } from '../testing/api.ts'

let server: TestApi
let admin: Caller & { readonly id: string }
let project: string

before(async () => {
  server = await startTestApi()
  // What waits is counted in the queue, too.
  await (await openQueue(server.database.pool, () => assert.fail())).stop()
  admin = await server.setUp()
  const made = await server.call('POST', '/v1/projects', {
    as: admin,
    body: { name: 'car', title: 'Car' },
  })
  project = made.body.id
})
after(() => server[Symbol.asyncDispose]())

/** What was handed over to be sent; `answers` says how the mail server takes it. */
function postOffice(answers: readonly ('taken' | 'refused' | 'away')[] = []): {
  readonly sent: Mail[]
  deliver(): Promise<void>
} {
  const sent: Mail[] = []
  const quiet = (): void => undefined
  const mailer: Mailer = {
    async send(mail) {
      sent.push(mail)
      const how = answers[sent.length - 1] ?? 'taken'
      if (how === 'away') throw new Error('the mail server does not answer')
      return how === 'taken' ? { ok: true } : { ok: false, reason: 'no such mailbox' }
    },
    async [Symbol.asyncDispose]() {
      sent.length = 0
    },
  }
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  return { sent, deliver: () => deliverDue({ db: server.database.pool, mailer, log }) }
}

async function noted(state: string): Promise<string> {
  const id = randomUUIDv7()
  await server.database.pool.query(
    `INSERT INTO notifications (id, effect_id, project_id, kind, receiver, address, title, body_text, body_html, state, failure)
     SELECT $1, $2, number, 'notify_people', 'x', 'x@example.test', 'A notice', 'text', 'html', $3, 'because' FROM projects WHERE id = $4`,
    [id, randomUUID(), state, uuidOf(project)],
  )
  return idOf('ntf', id)
}

suite('one message', () => {
  test('is shown with what it says', async () => {
    const id = await noted('sent')
    const shown = await server.call('GET', `/v1/notifications/${id}`, { as: admin })
    assert.deepEqual(
      [shown.body.title, shown.body.text, shown.body.project],
      ['A notice', 'text', 'car'],
    )
  })
})

suite('a message', () => {
  test('that was refused is sent again when somebody says so, once, and that is recorded', async () => {
    const id = await noted('refused')
    const { body } = await server.call('POST', `/v1/notifications/${id}/redelivery`, { as: admin })
    assert.deepEqual([body.state, body.failure], ['queued', null])
    const twice = await server.call('POST', `/v1/notifications/${id}/redelivery`, { as: admin })
    assert.equal(twice.body.code, 'wrong_state')
    const post = postOffice()
    await post.deliver()
    await post.deliver()
    assert.deepEqual(
      post.sent.map(({ subject, to }) => [subject, to.address]),
      [['A notice', 'x@example.test']],
    )
    const { body: page } = await server.call('GET', '/v1/notifications?state=sent', { as: admin })
    assert.equal(page.items[0].id, id)
    assert.ok((await server.audited()).includes('notification_redelivered'))
  })

  test('that the mail server does not take now is tried later, and one that it refuses never', async () => {
    const [away, refused] = [await noted('failed'), await noted('failed')]
    for (const id of [away, refused])
      await server.call('POST', `/v1/notifications/${id}/redelivery`, { as: admin })
    await postOffice(['away', 'refused']).deliver()
    const { rows } = await server.database.pool.query(
      `SELECT state, failure, send_at > now() AS later FROM notifications WHERE id = ANY ($1) ORDER BY id`,
      [[uuidOf(away), uuidOf(refused)]],
    )
    assert.deepEqual(
      rows.map(({ state, failure, later }) => `${state}: ${failure}, ${later}`).toSorted(),
      ['queued: the mail server does not answer, true', 'refused: no such mailbox, null'],
    )
  })

  test('that its receiver does without is not sent again by others', async () => {
    const id = await noted('declined')
    const { body } = await server.call('POST', `/v1/notifications/${id}/redelivery`, { as: admin })
    assert.equal(body.code, 'wrong_state')
    assert.match(body.detail, /^x@example\.test has switched such mails off\./)
  })

  test('is chosen by whoever gets it, for themselves alone, and that is recorded', async () => {
    const lead = await server.person(admin, 'chooser', [])
    const put = (off: readonly string[]) =>
      server.call('PUT', '/v1/me/mails', { as: lead, body: { off } })
    const unwanted = async (as: Caller) => {
      const { body } = await server.call('GET', '/v1/me/mails', { as })
      return body.choices
        .filter((one: { readonly wanted: boolean }) => !one.wanted)
        .map((one: { readonly choice: string }) => one.choice)
    }
    assert.equal((await put(['notices', 'reminders', 'reminders'])).status, 200)
    assert.equal((await put(['notices', 'reminders'])).status, 200)
    assert.equal((await put(['approvals'])).body.code, 'invalid_field')
    assert.deepEqual(await unwanted(lead), ['reminders', 'notices'])
    assert.deepEqual(await unwanted(admin), [])
    assert.equal((await server.audited()).filter((type) => type === 'mails_chosen').length, 1)
  })

  test('to try out mail goes to whoever asks, or to the address that is named', async () => {
    const own = await server.call('POST', '/v1/notifications/test', { as: admin, body: {} })
    assert.equal(own.status, 201)
    const other = await server.call('POST', '/v1/notifications/test', {
      as: admin,
      body: { address: 'operations@example.test' },
    })
    const post = postOffice()
    await post.deliver()
    assert.deepEqual(
      post.sent.map(({ to }) => to.address).toSorted(),
      [other.body.address, own.body.address].toSorted(),
    )
    assert.match(post.sent[0]?.text ?? '', new RegExp(server.url))
  })

  test('about the system shows hostile words letter by letter, and makes nothing of them', async () => {
    const tx = poolAsTx(server.database.pool)
    const text = `<img src=x onerror="alert(1)"> & <a href='https://evil.test'>you</a> have changed it`
    const title = 'Your address </h1><script> & was changed'
    await noteMail({ tx }, { kind: 'test', receiver: 'a@b.test', address: 'a@b.test', title, text })
    const post = postOffice()
    await post.deliver()
    const [mail] = post.sent
    assert.deepEqual([mail?.subject, mail?.text], [title, `${text}\n`])
    assert.match(
      mail?.html ?? '',
      /<p>&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; &lt;a href='https:\/\/evil\.test'&gt;you&lt;\/a&gt; have/,
    )
    assert.doesNotMatch(mail?.html ?? '', /<script|<img|<a /)
  })

  test('of another project is not there for its readers', async () => {
    const mine = await server.call('POST', '/v1/projects', {
      as: admin,
      body: { name: 'phone', title: 'Phone' },
    })
    const owner = await server.person(admin, 'phone-owner', [
      { role: 'project_owner', project: mine.body.id },
    ])
    await noted('refused')
    const { body } = await server.call('GET', '/v1/notifications', { as: owner })
    assert.deepEqual(body.items, [])
  })
})

suite('while nothing goes out', () => {
  test('agents are given no work, until an administrator lets it, on every server', async () => {
    const { pool } = server.database
    await holdOutgoing(pool, 'restored from a backup')
    await using hold = await OutgoingHold.open(pool, () => assert.fail())
    const given = [{ id: 'a job' }]
    const claims = hold.guard({
      claim: async () => given as never,
      start: async () => true,
      renew: async () => [],
    })
    assert.deepEqual(await claims.claim({} as never), [])
    const shown = await server.call('GET', '/v1/hold', { as: admin })
    assert.equal(shown.body.because, 'restored from a backup')
    const released = await server.call('POST', '/v1/hold/release', { as: admin, body: {} })
    assert.equal(released.body.held, false)
    await hold.released
    assert.deepEqual(await claims.claim({} as never), given)
    const again = await server.call('POST', '/v1/hold/release', { as: admin, body: {} })
    assert.equal(again.body.code, 'wrong_state')
  })

  test('messages that were in the backup are dropped where that is asked for', async () => {
    const { pool } = server.database
    await pool.query('UPDATE notifications SET send_at = NULL')
    const id = await noted('queued')
    await holdOutgoing(pool, 'restored from a backup')
    const body = { discard: true, comment: 'All of them were sent' }
    await server.call('POST', '/v1/hold/release', { as: admin, body })
    const { rows } = await pool.query('SELECT state, failure FROM notifications WHERE id = $1', [
      uuidOf(id),
    ])
    assert.deepEqual(rows, [
      { state: 'refused', failure: 'it was held back after a restore, and discarded' },
    ])
  })
})
