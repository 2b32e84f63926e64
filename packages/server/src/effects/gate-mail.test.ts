import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { GateSheet } from '../postgres/read/gate-sheet.ts'
import { approverMail, decidedMail, overrideMail } from './gate-mail.ts'

const LINK = 'https://lockstep.example.test/gates/gat_01KA7Z4V'
const SHEET: GateSheet = {
  id: 'gat_01KA7Z4V',
  address: 'connected-car-2.0/7/staging.exit',
  project: 'connected-car',
  of: 'Connected Car 2.0',
  gate: 'Staging exit',
  run: 7,
  status: 'waiting',
  decidedAt: null,
  reason: '',
  brings: [
    { application: 'data-backend', from: '1.12.3', to: '2.0.0-rc.6', note: '9 machines' },
    { application: 'mobile-app', from: '1.9.2', to: '2.0.0-b57', note: '' },
    { application: 'vehicle-firmware', from: '1.8.4', to: '2.0.0-rc.4', note: '1 machine' },
  ],
  next: 'Production',
  checks: [
    { name: 'All tasks passed', state: 'ok', evidence: '4 of 4' },
    { name: 'Ingest errors under 0.5 %', state: 'checking', evidence: '0.12 %' },
  ],
  approvals: [
    {
      state: 'approved',
      name: 'qa',
      by: 'qa-lead',
      at: Date.UTC(2026, 10, 17, 12, 58),
      comment: 'Round trip and downgrade both fine.',
    },
    { state: 'waiting', name: 'release-managers', by: null, at: null, comment: '' },
  ],
  approvalsGiven: 1,
  approvalsNeeded: 2,
  waitsFor: 'one of release-managers',
  until: Date.UTC(2026, 10, 18, 6, 0),
  covers: `sha256:${'e07b41c9'.repeat(8)}`,
  deciders: [
    { id: 'usr_a', as: ['release-managers'] },
    { id: 'usr_b', as: ['release-managers'] },
  ],
  named: ['usr_a', 'usr_b'],
  spot: { project: 1, environment: null },
  overrides: [],
  overridesNeeded: 2,
  overrideUntil: null,
}

const asked = { link: LINK, why: 'waiting', receiver: 'usr_a' } as const

suite('the mail to an approver', () => {
  test('says what goes on, what was checked, who decided, until when, and one link', () => {
    const { subject, text } = approverMail(SHEET, asked)
    assert.equal(
      subject,
      'Waits for you: Staging exit of Connected Car 2.0 (v1 → v2), until Wed 18 Nov 06:00 UTC',
    )
    assert.equal(
      text,
      `Connected Car 2.0, run 7, waits at the Staging exit gate for one of release-managers.

Lets these go on to Production
  data-backend      1.12.3  →  2.0.0-rc.6  9 machines
  mobile-app        1.9.2   →  2.0.0-b57
  vehicle-firmware  1.8.4   →  2.0.0-rc.4  1 machine

Checks, 1 of 2 hold
  ok        All tasks passed           4 of 4
  checking  Ingest errors under 0.5 %  0.12 %

Approvals, 1 of 2
  approved  qa                qa-lead, Tue 17 Nov 12:58 UTC  "Round trip and downgrade both fine."
  waiting   release-managers  you, or 1 other

Look and decide:  https://lockstep.example.test/gates/gat_01KA7Z4V

If nobody decides until Wed 18 Nov 06:00 UTC, the approvals given expire and are asked for again.
You get this because you are in release-managers. Opening the link decides nothing.
On the command line:  lockstep gate show connected-car-2.0/7/staging.exit
Digest of what is decided: sha256:e07b41c9e07b41c9e07b41c9e07b41c9e07b41c9e07b41c9e07b41c9e07b41c9
`,
    )
  })

  test('has the same words in its HTML part, and no picture, script or style of elsewhere', () => {
    const { html } = approverMail(SHEET, asked)
    const words = html
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll('&quot;', '"')
      .replaceAll(/\s+/g, ' ')
    assert.ok(
      words.includes(
        '✓ approved qa qa-lead, Tue 17 Nov 12:58 UTC "Round trip and downgrade both fine."',
      ),
    )
    assert.ok(words.includes('data-backend 1.12.3 → 2.0.0-rc.6 9 machines'))
    assert.deepEqual(html.match(/<(?:img|script|link|style|iframe|form)\b/g), null)
    assert.deepEqual(html.match(/href="[^"]*"/g), [`href="${LINK}"`])
  })

  test('shows what people have written as text, whatever it is', () => {
    const [approval] = SHEET.approvals
    assert.ok(approval)
    const comment = '<script>alert(1)</script><a href="https://evil.example.test">'
    const { html } = approverMail({ ...SHEET, approvals: [{ ...approval, comment }] }, asked)
    assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href='))
    assert.ok(!html.includes('<script'))
  })

  test('names the exact versions of one application, and none when several go different ways', () => {
    const [first, second] = SHEET.brings
    assert.ok(first !== undefined && second !== undefined)
    const subjectOf = (brings: GateSheet['brings']): string =>
      approverMail({ ...SHEET, until: null, brings }, asked).subject
    assert.equal(
      subjectOf([first]),
      'Waits for you: Staging exit of Connected Car 2.0 (1.12.3 → 2.0.0-rc.6)',
    )
    assert.equal(
      subjectOf([first, { ...second, from: '3.1.0' }]),
      'Waits for you: Staging exit of Connected Car 2.0',
    )
    assert.equal(
      subjectOf([{ ...first, from: null }]),
      'Waits for you: Staging exit of Connected Car 2.0 (new → 2.0.0-rc.6)',
    )
  })

  test('says why it comes again', () => {
    const { subject, text } = approverMail(SHEET, { ...asked, why: 'void' })
    assert.match(subject, /^Asked again, it has changed: /)
    assert.match(text, /they do not count any more/)
  })
})

suite('the mail when a gate is decided', () => {
  const decidedAt = Date.UTC(2026, 10, 17, 14, 50)

  test('is one line that frees its reader', () => {
    const { text } = decidedMail({ ...SHEET, decidedAt }, { outcome: 'passed', link: LINK })
    assert.equal(text, `Passed 14:50 UTC. You need not do anything.\n\nLook:  ${LINK}\n`)
  })

  test('says why it was rejected', () => {
    const sheet = { ...SHEET, decidedAt, reason: 'Charge shown too high' }
    const { subject, text } = decidedMail(sheet, { outcome: 'rejected', link: LINK })
    assert.equal(subject, 'Rejected: Staging exit of Connected Car 2.0, run 7')
    assert.match(text, /^Rejected 14:50 UTC: Charge shown too high\. You need not do anything\./)
  })
})

suite('the mail when a gate is overridden', () => {
  const one = { by: 'security-1', reason: 'Charging stops on the road' }
  const two = { by: 'security-2', reason: 'I have seen it in two cars' }
  const overrideUntil = Date.UTC(2026, 10, 17, 14, 3)
  const mail = (overrides: GateSheet['overrides']): ReturnType<typeof overrideMail> =>
    overrideMail({ ...SHEET, overrides, overrideUntil }, { link: LINK })

  test('says who wants it and why, until when it takes another, and how to stop it', () => {
    const { subject, text } = mail([one])
    assert.equal(subject, 'Break-glass wanted: Staging exit of Connected Car 2.0, run 7')
    assert.match(
      text,
      /^security-1 wants to pass the Staging exit gate of Connected Car 2\.0, run 7, without its approvals\. Nothing has changed yet: it takes somebody else who may do so as well, until Tue 17 Nov 14:03 UTC\.\n/,
    )
    assert.match(text, /\nWhy\n {2}security-1 {2}"Charging stops on the road"\n/)
    assert.match(text, /lockstep gate reject connected-car-2\.0\/7\/staging\.exit -m "…"/)
    assert.match(text, /Digest of what it lets through: sha256:e07b41c9/)
  })

  test('says that it passes without its approvals, and that it does no more', () => {
    const done = mail([one, two])
    assert.match(done.subject, /^Break-glass without approvals: /)
    assert.match(
      done.text,
      /^security-1 and security-2 pass the .* They are not waited for; its checks still have to hold\.\n/,
    )
    assert.match(mail([]).subject, /^Break-glass ended: /)
    assert.match(mail([]).text, /^Nobody wants to pass .* It waits for them\.\n/)
  })

  test('offers the other half and a way to stop it only where they are possible', () => {
    const stop = 'Any approver of the gate stops it until it has passed:  lockstep gate reject'
    const second = 'Whoever may override gates does it with them:  lockstep gate override'
    const offers = (
      overrides: GateSheet['overrides'],
      status: GateSheet['status'],
    ): readonly boolean[] => {
      const { text } = overrideMail({ ...SHEET, overrides, status }, { link: LINK })
      return [second, stop].map((way) =>
        text.includes(`${way} connected-car-2.0/7/staging.exit -m "…"`),
      )
    }
    assert.deepEqual(offers([one], 'waiting'), [true, true])
    assert.deepEqual(offers([one, two], 'checking'), [false, true])
    assert.deepEqual(offers([], 'waiting'), [false, false])
    for (const status of ['passed', 'rejected', 'aborted'] as const) {
      assert.deepEqual(offers([one], status), [false, false], status)
      assert.deepEqual(offers([one, two], status), [false, false], status)
    }
  })

  test('says how the gate was decided when that was faster than the mail', () => {
    const say = (
      overrides: GateSheet['overrides'],
      status: GateSheet['status'],
    ): readonly (string | undefined)[] => {
      const { subject, text } = overrideMail({ ...SHEET, overrides, status }, { link: LINK })
      return [subject.split(':')[0], text.split('\n')[0]]
    }
    const title = 'the Staging exit gate of Connected Car 2.0, run 7, without its approvals.'
    assert.deepEqual(say([one, two], 'passed'), [
      'Break-glass without approvals',
      `security-1 and security-2 passed ${title}`,
    ])
    assert.deepEqual(say([one], 'passed'), [
      'Break-glass ended',
      `security-1 wanted to pass ${title} It has passed with them.`,
    ])
    assert.deepEqual(say([one, two], 'rejected'), [
      'Break-glass ended',
      `security-1 and security-2 wanted to pass ${title} It was rejected.`,
    ])
    assert.equal(
      say([one], 'aborted')[1],
      `security-1 wanted to pass ${title} The run was stopped.`,
    )
  })

  test('the mail when it was decided otherwise says that nobody overrides it', () => {
    const say = (outcome: 'passed' | 'rejected' | 'aborted', reason: string): string => {
      const decidedAt = Date.UTC(2026, 10, 17, 13, 10)
      const sheet = { ...SHEET, decidedAt, reason, overrides: [one] }
      const { subject, text } = decidedMail(sheet, { outcome, link: LINK })
      return `${subject.split(':')[0]} | ${text.split('\n')[0]}`
    }
    assert.equal(
      say('passed', ''),
      'Passed | Passed 13:10 UTC with its approvals; that security-1 wanted to override it changed nothing. You need not do anything.',
    )
    assert.equal(
      say('rejected', 'Charge shown too high'),
      'Rejected | Rejected 13:10 UTC: Charge shown too high. Nobody overrides it. You need not do anything.',
    )
    assert.equal(
      say('aborted', 'Enough'),
      'Run stopped | Run stopped 13:10 UTC: Enough. Nobody overrides it. You need not do anything.',
    )
  })

  test('the mail when it has passed says that it did so without its approvals', () => {
    const sheet = { ...SHEET, decidedAt: Date.UTC(2026, 10, 17, 13, 10), overrides: [one, two] }
    const { text } = decidedMail(sheet, { outcome: 'passed', link: LINK })
    assert.match(
      text,
      /^Passed 13:10 UTC without its approvals: security-1 and security-2 overrode it\. /,
    )
  })
})
