import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'

import {
  PASSWORD,
  startServed,
  type CallOptions,
  type Ended,
  type Served,
} from '../testing/served.ts'
import { NO_SCREEN } from '../testing/pseudo-terminal.ts'
import { until } from '../testing/until.ts'

let served: Served

const ok: Served['ok'] = (typed, options) => served.ok(typed, options)

function lockstep(typed: string, options?: CallOptions): Promise<Ended> {
  return served.lockstep(typed.split(' '), options)
}

/** Makes a person, who accepts the invitation and signs in under a folder of their own. */
async function invite(name: string, roles: readonly string[]): Promise<void> {
  const { link }: { link: string } = JSON.parse(
    await ok(`user create ${name} ${name}@example.test --json`),
  )
  await ok(`user accept ${link}`, { as: name, stdin: `${PASSWORD}\n` })
  for (const role of roles) await ok(`role grant ${role} ${name} -p connected-car`)
  // What somebody may do changed, so their sessions ended.
  await ok(`login ${served.url} --name ${name}`, { as: name, stdin: `${PASSWORD}\n` })
}

/** Times, ids and digests differ from run to run. */
function masked(text: string): string {
  return text
    .replaceAll(/sha256:[0-9a-f]+/g, 'sha256:…')
    .replaceAll(/--(plan|covers) [0-9a-f]{8}/g, '--$1 …')
    .replaceAll(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ [A-Z][a-z]+ \d\d:\d\d/g, '<moment>')
    .replaceAll(/\d\d:\d\d/g, '<clock>')
    .replaceAll(/\b\d+ (s|min)\b/g, '<wait>')
    .replaceAll(/\b\d:\d\d\b/g, '<time>')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<server>')
    .replaceAll(/ +$/gm, '')
}

before(async () => {
  served = await startServed()
  const made = await lockstep(`setup ${served.link} --name admin --email admin@example.test`, {
    stdin: `${PASSWORD}\n`,
  })
  assert.match(
    made.out,
    /^✓ Made administrator "admin" and signed you in to http:\/\/127\.0\.0\.1:\d+\./,
  )
  await ok('project create connected-car')
  for (const group of ['drivers', 'qa']) await ok(`group create ${group}`)
  await invite('driver', ['project_owner'])
  await invite('tester', ['approver'])
  await ok('group add drivers driver')
  await ok('group add qa tester')
  for (const name of ['driver', 'tester']) {
    await ok(`login ${served.url} --name ${name}`, { as: name, stdin: `${PASSWORD}\n` })
  }
})
after(() => served[Symbol.asyncDispose]())

suite('signing in', () => {
  test('keeps the session where only its owner reads it', async () => {
    const folder = join(served.repository, '..', 'people', 'admin', 'lockstep')
    const { mode } = await stat(join(folder, 'sessions.json'))
    assert.equal(mode & 0o777, 0o600)
  })

  test('is refused with a wrong password, and says nothing about which was wrong', async () => {
    const { code, errors } = await lockstep(`login ${served.url} --name admin`, {
      as: 'nobody',
      stdin: 'wrong\n',
    })
    assert.deepEqual([code, errors.startsWith('Refused: ')], [1, true])
  })

  test('is asked for by whoever is not', async () => {
    const { code, errors } = await lockstep('run list', { as: 'nobody' })
    assert.deepEqual(
      [code, errors],
      [1, 'Refused: you are not signed in.\nSign in:  lockstep login\n'],
    )
  })

  test(
    'a person with a link that was used is told so, and asked nothing',
    { skip: NO_SCREEN },
    async () => {
      await using screen = served.onScreen(['setup', served.link], { as: 'nobody' })
      assert.equal(await screen.ended, 1)
      assert.match(
        screen.screen(),
        /^Refused: this link was used on \S+ at \S+ UTC by admin\. Links for more people: +lockstep user create/,
      )
      const { code, out, errors } = await lockstep(
        `setup ${served.link} --name eve --email eve@example.test --json`,
        { as: 'nobody', stdin: `${PASSWORD}\n` },
      )
      assert.deepEqual([code, /setup_code_wrong/.test(out + errors)], [1, true])
    },
  )

  test('can be left to a token in the environment', async () => {
    const { secret }: { secret: string } = JSON.parse(
      await ok('token create ci project.read --json', { as: 'driver' }),
    )
    const out = await ok('project list --json', {
      as: 'nobody',
      environment: { LOCKSTEP_SERVER: served.url, LOCKSTEP_TOKEN: secret },
    })
    const page: { items: { name: string }[] } = JSON.parse(out)
    assert.deepEqual(
      page.items.map(({ name }) => name),
      ['connected-car'],
    )
  })

  test('a token for other addresses is refused here, and its list says from where it works', async () => {
    const made: { secret: string } = JSON.parse(
      await ok('token create line project.read --from 192.0.2.0/24,2001:db8::/32 --json', {
        as: 'driver',
      }),
    )
    const { code, errors } = await lockstep('project list', {
      as: 'nobody',
      environment: { LOCKSTEP_SERVER: served.url, LOCKSTEP_TOKEN: made.secret },
    })
    assert.equal(code, 1)
    assert.match(errors, /^Refused: this token does not work from 127\.0\.0\.1\. /)
    const list = await ok('token list', { as: 'driver' })
    assert.match(list, /line .* 192\.0\.2\.0\/24, 2001:db8::\/32 .* never/)
    const wrong = await lockstep('token create x project.read --from office', { as: 'driver' })
    assert.match(
      wrong.errors,
      /^Refused: --from is not acceptable: use an address or a range, such as 10\.0\.0\.0\/8/,
    )
  })

  test('what the server refuses of a value is said of the flag that was typed', async () => {
    const { code, errors } = await lockstep('token create x project.read --days 999', {
      as: 'driver',
    })
    assert.deepEqual([code, errors], [1, 'Refused: --days is not acceptable: 365 at most.\n'])
  })
})

suite('a pipeline in the terminal', () => {
  test('a mistake is shown at its place, and nothing is applied', async () => {
    const file = join(served.repository, 'lockstep', 'definitions.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('group: qa', 'group: qaa'))
    const { code, errors } = await lockstep('apply -y', { as: 'driver' })
    await writeFile(file, text)
    assert.equal(code, 1)
    assert.equal(
      errors,
      `Refused: 1 mistake in 1 file. Nothing was applied.

lockstep/definitions.yaml:15:20      pipelines/round-trip › stages/staging › exit[1] › by[0]
  There is no group "qaa". Did you mean "qa"?
  15 │ - group: qaa
     │          ───
`,
    )
  })

  test('a question is not asked in a pipe: the flag that answers it is named', async () => {
    const { code, out, errors } = await lockstep('apply', { as: 'driver' })
    assert.equal(code, 1)
    assert.match(out, /1 definition, 1 differs/)
    assert.match(errors, /^Refused: "Apply 1 change\?.*\nAnswer it with {2}-y -m "…"\n$/)
  })

  test('definitions are applied with a reason, once', async () => {
    const out = await ok('apply -y -m First', { as: 'driver' })
    assert.match(out, /✓ pipeline round-trip rev 1\n$/)
    assert.equal(
      await ok('apply -y', { as: 'driver' }),
      'Nothing to do: 1 definition is as it should be.\n',
    )
  })

  test('a plan is shown, and exactly this one is started', async () => {
    const out = await ok('plan round-trip', { as: 'driver' })
    assert.equal(
      masked(out),
      `Round trip                                                                                            nothing is started
as of <moment> · plan sha256:…

Staging
  ◇ entry   no rules
  1 drive around the block
  ◇ exit    All tasks passed · QA: one of qa

Start exactly this:  lockstep run start round-trip --plan …
`,
    )
    const digest = /--plan ([0-9a-f]{8})/.exec(out)?.[1] ?? ''
    const none = await lockstep('run start round-trip --plan 00000000', { as: 'driver' })
    assert.equal(
      none.errors,
      'Refused: there is no plan with this digest.\nMake a new plan:  lockstep run start round-trip --dry-run\n',
    )
    const started = await ok(`run start round-trip --plan ${digest}`, { as: 'driver' })
    assert.equal(started, '✓ Started round-trip/1. Watch it:  lockstep run watch round-trip/1\n')
  })

  test(
    'a watch on a screen is drawn in place, opens with keys, and is left',
    { skip: NO_SCREEN },
    async () => {
      await using watch = served.onScreen(['run', 'watch', 'round-trip/1'], { as: 'driver' })
      const shown = async (words: string): Promise<string> =>
        until(words, () => (watch.screen().includes(words) ? watch.screen() : undefined))
      assert.match(await shown('◆ drive'), /^Round trip · run 1 {3,}live · /)
      assert.equal(
        masked(watch.screen()).replace(/ {3,}(?=live)/, '   '),
        `Round trip · run 1   live · <moment>
Waits <wait> for one of drivers to do "drive around the block". Next: Staging exit
  gate, when drive around the block is done

✓ Staging entry         no rules
◆ Staging               0 of 1 task                                         <time>
  ◆ drive around the block
      waits for one of drivers to do "drive around the block"
○ Staging exit          1 check, 1 approval

log  lockstep logs round-trip/1                         p pause  ↵ open  q leave`,
      )
      watch.press('p')
      assert.match(await shown('any key'), /^Pausing asks for a reason/)
      watch.press(' ')
      await shown('◆ drive')
      watch.press('q')
      assert.equal(await watch.ended, 0)
      assert.match(
        watch.screen(),
        /round-trip\/1 goes on\. See it again: {2}lockstep run watch round-trip\/1$/,
      )
    },
  )

  test('interrupting a watch says that the run goes on', async () => {
    const { code, errors } = await lockstep('run watch round-trip/1', {
      as: 'driver',
      interruptWhen: (out) => out.includes('waiting for'),
    })
    assert.equal(code, 130)
    assert.equal(errors, 'round-trip/1 goes on. See it again:  lockstep run watch round-trip/1\n')
  })

  test('a manual task waits for its people and is ended by one of them', async () => {
    const shown = await until('the task waits', async () => {
      const out = await ok('run show round-trip/latest', { as: 'driver' })
      return out.includes('◆ drive around the block') ? out : undefined
    })
    assert.match(shown, /waits for one of drivers to do "drive around the block"/)
    assert.match(
      await ok('status', { as: 'driver' }),
      /^Waits for you\n {2}◆ drive around the block, Round trip .* lockstep task complete connected-car\/round-trip\/1\/staging\/drive-around-the-block\n\n(?!Waits for others)/,
    )
    assert.match(
      await ok('status'),
      /^Nothing waits for you\.\n\nWaits for others\n {2}◆ connected-car\/round-trip\/1 .* one of drivers to do "drive around the block"\n/,
    )
    const out = await ok('task complete round-trip/1/staging/drive-around-the-block', {
      as: 'driver',
    })
    assert.equal(out, '✓ "drive around the block" is done.\n')
  })

  test('a gate shows whom it waits for, and what a decision covers', async () => {
    const out = await until('the gate waits', async () => {
      const gate = await lockstep('gate show round-trip/1/staging.exit', { as: 'tester' })
      return gate.out.includes('Covers') ? gate.out : undefined
    })
    assert.match(out, /^Staging exit gate of Round trip, run 1 {2,}waits \d+ s, approvals expire /)
    assert.match(out, /\nApprovals 0 of 1\n {2}◆ QA {19}qa; waits for: tester\n/)
  })

  test('who is not among the approvers is told so, and nothing is asked', async () => {
    const { code, errors } = await lockstep('gate approve round-trip/1/staging.exit', {
      as: 'driver',
    })
    assert.equal(code, 1)
    assert.match(errors, /^Refused: .*(starter|start|approver)/i)
  })

  test('a rejection without a reason is refused before anybody is asked', async () => {
    const { code, errors } = await lockstep('gate reject round-trip/1/staging.exit', {
      as: 'tester',
    })
    assert.equal(code, 1)
    assert.equal(
      errors,
      'Refused: a rejection needs a reason, it is kept as evidence. Add -m "…"\n',
    )
  })

  test('what was not looked at is not approved', async () => {
    const { code, errors } = await lockstep(
      'gate approve round-trip/1/staging.exit --covers 00000000',
      {
        as: 'tester',
      },
    )
    assert.equal(code, 1)
    assert.match(
      errors,
      /\nSee it as it is now: {2}lockstep gate show round-trip\/1\/staging\.exit\n$/,
    )
  })

  test('breaking the glass takes two: the first with their password changes nothing, and takes it back', async () => {
    await invite('guard', ['viewer'])
    await ok('role grant security_admin guard --system')
    await ok(`login ${served.url} --name guard`, { as: 'guard', stdin: `${PASSWORD}\n` })
    const address = 'round-trip/1/staging.exit'
    const gate: { covers: string } = JSON.parse(
      await ok(`gate show ${address} --json`, { as: 'guard' }),
    )
    const typed = `gate override ${address} -m Stuck --covers ${gate.covers}`
    const wrong = await lockstep(typed, { as: 'guard', stdin: 'not this one\n' })
    assert.deepEqual([wrong.code, wrong.errors], [1, 'Refused: your password is another one.\n'])
    assert.match(
      await ok(typed, { as: 'guard', stdin: `${PASSWORD}\n` }),
      /^! Recorded\. Nothing changes before somebody else .* lockstep gate withdraw round-trip\/1\/staging\.exit\n$/,
    )
    assert.match(
      await ok(`gate show ${address}`, { as: 'tester' }),
      /\n\nBreak-glass: 1 of 2, counts until [^\n]+\n {2}! overrides it {9}guard {14}\S+ +"Stuck"\n/,
    )
    assert.equal(
      await ok(`gate withdraw ${address}`, { as: 'guard' }),
      '✓ Taken back. Nobody overrides it any more. The gate waits for its approvals.\n',
    )
    assert.doesNotMatch(await ok(`gate show ${address}`, { as: 'tester' }), /Break-glass/)
  })

  test('an approval bound to what was shown lets the run succeed, and the watch ends with its outcome', async () => {
    const gate: { covers: string } = JSON.parse(
      await ok('gate show round-trip/1/staging.exit --json', { as: 'tester' }),
    )
    const out = await ok(`gate approve round-trip/1/staging.exit --covers ${gate.covers}`, {
      as: 'tester',
    })
    assert.match(out, /^✓ Approved for QA\./)
    const watched = await lockstep('run watch round-trip/1', { as: 'driver' })
    assert.equal(watched.code, 0)
    assert.match(watched.out, /task staging\/drive-around-the-block succeeded/)
    assert.match(watched.out, /gate staging\.exit passed: 1 of 1 check, 1 of 1 approval/)
    assert.match(watched.out, /run round-trip\/1 succeeded after/)
  })

  test('a run that was aborted ends the watch with 1', async () => {
    await ok('run start round-trip', { as: 'driver' })
    await ok('run abort round-trip/2 -m Enough --confirmed', { as: 'driver' })
    const { code, out } = await lockstep('run watch round-trip/2 --json', { as: 'driver' })
    assert.equal(code, 1)
    const last: { state: string } = JSON.parse(out.trim().split('\n').at(-1) ?? '')
    assert.equal(last.state, 'aborted')
  })

  test('a run can begin later, and until then it can be aborted', async () => {
    const out = await ok('run start round-trip --at 2099-01-01T22:00Z', { as: 'driver' })
    assert.equal(
      out,
      '✓ round-trip/3 begins Thu 1 Jan 22:00. Until then:  lockstep run abort round-trip/3 -m WHY\n',
    )
    assert.match(
      await ok('run show round-trip/3', { as: 'driver' }),
      /\nWaits \d+ s for its start, until 1 Jan 2099\./,
    )
    await ok('run abort round-trip/3 -m Enough --confirmed', { as: 'driver' })
  })

  test('what was decided is reported, on the screen and as a page to print', async () => {
    const table = await ok('report approvals', { as: 'driver' })
    assert.match(table, /tester +approved .*round-trip\/1\/staging\.exit/)
    assert.match(table, /guard +took back [^]*guard +to override .* Stuck\n/)
    assert.equal(
      await ok('report approvals --out approvals.html', { as: 'driver' }),
      '✓ Wrote approvals.html, 3 rows.\n',
    )
    const page = await readFile(join(served.repository, 'approvals.html'), 'utf8')
    assert.match(page, /<td>tester<\/td><td>approved<\/td>/)
    assert.equal(await ok('report deployments', { as: 'driver' }), 'Nothing was deployed.\n')
  })

  test('where there is nothing, the calendar, a way back and repairs say so', async () => {
    assert.equal(
      await ok('release calendar', { as: 'driver' }),
      'Nothing is planned, and nothing is frozen.\n',
    )
    const { code, errors } = await lockstep('release rollback nothing', { as: 'driver' })
    assert.deepEqual(
      [code, errors],
      [1, 'Refused: there is no release "nothing" that you may see.\n'],
    )
    assert.equal(await ok('repair'), 'Nothing is set aside.\n')
  })

  test('the trail of people is read, and a question that nothing fits is not told as an empty trail', async () => {
    const trail = await ok('audit list --system')
    assert.match(trail, / admin +made the account tester /)
    assert.doesNotMatch(trail, /[a-z]_[a-z]+ed/)
    const nobody = 'usr_01KA5XQ2000000000000000000'
    assert.equal(
      await ok(`audit list --subject ${nobody}`),
      `Nothing that is recorded outside of projects is about ${nobody}.\n`,
    )
    assert.equal(
      await ok(`audit list -p connected-car --subject ${nobody}`),
      `Nothing that is recorded in this project is about ${nobody}.\n`,
    )
    const run = await ok('audit list -p connected-car --limit 200')
    assert.match(run, / Lockstep +noted that a stage has /)
    assert.doesNotMatch(run, /child finished|woken/)
  })

  test('a person gets another address and another title, and a mail to the address before', async () => {
    const nothing = await lockstep('user change tester')
    assert.deepEqual(
      [nothing.code, nothing.errors],
      [2, 'Say what is to be different, with --email or --title.\n'],
    )
    const change = ['user', 'change', 'tester', '--email', 'bench@example.test']
    const moved = await served.lockstep([...change, '--title', 'Test bench'])
    assert.equal(moved.out, '✓ tester is Test bench, and gets mails at bench@example.test.\n')
    assert.match(await ok('user list'), /tester +Test bench +bench@example\.test/)
    assert.match(await ok('notification --json'), /Your address was changed/)
  })

  test('a mail that asks for nothing is switched off and on again by its receiver', async () => {
    assert.match(await ok('notification choose', { as: 'tester' }), /reminders +on +Once, after/)
    const off = await ok('notification choose --off reminders --off notices', { as: 'tester' })
    assert.match(off, /reminders +off .*\ndecided_gates +on /)
    assert.match(off, /\nAlways sent: gates that ask you to decide/)
    const on = await ok('notification choose --on reminders', { as: 'tester' })
    assert.match(on, /reminders +on [^]*notices +off/)
    const wrong = await lockstep('notification choose --off approvals', { as: 'tester' })
    assert.equal(wrong.code, 2)
    assert.match(wrong.errors, /^A mail is one of reminders, .*, not "approvals"\./)
    const both = await lockstep('notification choose --off notices --on notices', { as: 'tester' })
    assert.equal(both.code, 2)
    assert.match(both.errors, /^"notices" cannot be both on and off\./)
  })

  test('a refusal does not tell back thousands of letters', async () => {
    const { code, errors } = await lockstep(`user show-${'a'.repeat(10_000)}`)
    assert.ok(code !== 0 && errors.length < 500, `${code}: ${errors.slice(0, 900)}`)
    assert.match(errors, /aaa….* \(of \d+ characters\)/)
  })

  test('help begins with where to begin, and has every command on a page of its own', async () => {
    const overview = await ok('--help')
    assert.match(overview, /\nBegin here\n {2}lockstep login /)
    assert.match(
      overview,
      /\n {2}release +list · show · calendar · collect · rollback · dossier · delete\n/,
    )
    assert.match(await ok('help commands'), /\n {2}release rollback RELEASE +Take a release back/)
  })

  test('names are completed from the server', async () => {
    assert.equal(
      await ok('__complete run show round', { as: 'driver' }),
      'round-trip/3\nround-trip/2\nround-trip/1\n',
    )
  })
})
