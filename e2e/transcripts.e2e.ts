// What people see who type what the design of the command line shows: the programs themselves, on screens and in pipes.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'

import { NO_SCREEN, startOnScreen } from '../packages/cli/testing/pseudo-terminal.ts'
import { PASSWORD, startServed, type Served } from '../packages/cli/testing/served.ts'
import { until } from '../packages/cli/testing/until.ts'
import { createTestDatabase } from '../packages/server/testing/database.ts'
import { startAgentProgram } from './agent-program.ts'

const ROOT = join(import.meta.dirname, '..')
const COMMAND_LINE = join(ROOT, 'packages/cli/src/main.ts')

async function ok(served: Served, typed: readonly string[], stdin?: string): Promise<string> {
  const { code, out, errors } = await served.lockstep(typed, stdin === undefined ? {} : { stdin })
  assert.equal(code, 0, `${typed.join(' ')}: ${out}${errors}`)
  return out
}

suite('the first start', () => {
  test(
    'says where the server is, and a terminal makes the first administrator',
    { skip: NO_SCREEN },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'lockstep-start-'))
      const { scripts }: { scripts: Record<string, string> } = JSON.parse(
        await readFile(join(ROOT, 'package.json'), 'utf8'),
      )
      const [, ...words] = scripts['start']?.split(' ') ?? []
      const environment = {
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        TZ: 'UTC',
        XDG_CONFIG_HOME: join(folder, 'person'),
      }
      const server = spawn(words[0] ?? '', words.slice(1), {
        cwd: ROOT,
        env: { ...environment, LOCKSTEP_PORT: '0', LOCKSTEP_DATA: join(folder, 'data') },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      try {
        let said = ''
        server.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
        await until('the server is ready', () => /ready at \S+\n/.exec(said)?.[0])
        const link = /http\S+\/setup#\w+/.exec(said)?.[0] ?? ''
        assert.equal(
          said
            .slice(said.indexOf('Lockstep '))
            .replaceAll(folder, '.')
            .replaceAll(link, '<link>')
            .replaceAll(/http:\S+/g, '<server>')
            .replaceAll(/\d+\.\d+\.\d+/g, '<version>')
            .replaceAll(/\d+\.\d s/g, '<time>')
            .replaceAll(/\d\d:\d\d/g, '<clock>'),
          `Lockstep <version> on Node <version>
Database   PostgreSQL 18, embedded, in ./data      new, made in <time>
Mail       no SMTP_URL: mail goes to ./data/outbox and is shown under Settings

Nobody can sign in yet. Make the first administrator (this link works once, until <clock>):
  <link>
  or in a terminal:  lockstep setup '<link>'

Lockstep is ready at <server>
`,
        )
        const typed = [process.execPath, COMMAND_LINE, 'setup', link]
        const screen = { cwd: folder, env: environment, columns: 120, rows: 30 }
        await using person = startOnScreen(typed, screen)
        for (const [question, answer] of [
          ['Name', 'admin'],
          ['E-mail', 'admin@example.test'],
          ['Password', PASSWORD],
        ] as const) {
          await until(question, () => (person.screen().includes(question) ? true : undefined))
          if (question === 'Password') {
            const hint =
              'Password                        at least 12 characters; long is better than odd'
            assert.ok(person.screen().endsWith(hint), person.screen())
          }
          person.press(`${answer}\r`)
        }
        assert.equal(await person.ended, 0, person.screen())
        assert.equal(
          person.screen().replaceAll(new URL(link).origin, '<server>'),
          `Name        admin
E-mail      admin@example.test
Password    ${'•'.repeat(PASSWORD.length)}
✓ Made administrator "admin" and signed you in to <server>.
  An administrator may change everything and approves nothing. Next: lockstep init`,
        )
        const again = spawn(
          process.execPath,
          [...typed.slice(1), '--name', 'x', '--email', 'x@example.test'],
          {
            env: environment,
            stdio: ['pipe', 'ignore', 'pipe'],
          },
        )
        let refused = ''
        again.stderr.on('data', (bytes: Buffer) => (refused += bytes.toString()))
        again.stdin.end(`${PASSWORD}\n`)
        const [code] = await once(again, 'close')
        assert.equal(code, 1)
        assert.match(
          refused,
          /^Refused: this link was used on \S+ at \d\d:\d\d UTC by admin\. Links for more people: {2}lockstep user create\n$/,
        )
      } finally {
        server.kill('SIGTERM')
        if (server.exitCode === null) await once(server, 'exit')
        await rm(folder, { recursive: true, force: true })
      }
    },
  )
})

/** As it is printed to be typed. */
const STEP = 'data-backend/1/staging/migrate-up/staging/migrate-up@bench'
const MIGRATION = `pipeline: data-backend
title: Data backend
stages:
  - stage: staging
    title: Staging
    tasks:
      - test: migrate up
        agent: bench
        run: [sh, -c, 'echo begun; touch $HELD; while [ -e $HELD ]; do sleep 0.02; done; echo done']
        env: { HELD: HOLD }
`

suite('an agent that is lost while it works', () => {
  test('leaves a question with the ways to answer it, and answers it itself when it is back', async () => {
    await using database = await createTestDatabase({ isMigrated: false })
    await using served = await startServed({ DATABASE_URL: database.url })
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-lost-'))
    const hold = join(folder, 'hold')
    await ok(
      served,
      ['setup', served.link, '--name', 'admin', '--email', 'admin@example.test'],
      `${PASSWORD}\n`,
    )
    await ok(served, ['project', 'create', 'connected-car'])
    await writeFile(
      join(served.repository, 'lockstep', 'definitions.yaml'),
      MIGRATION.replace('HOLD', hold),
    )
    await ok(served, ['apply', '-y', '-m', 'First'])
    const token = (await ok(served, ['agent', 'enrol', 'eu-1', '--label', 'bench', '-q'])).trim()
    await using agent = startAgentProgram({ server: served.url, name: 'eu-1', token, folder })
    await until('the agent connects', async () =>
      (await served.lockstep(['agent', 'assign', 'eu-1', 'connected-car'])).code === 0
        ? true
        : undefined,
    )
    await ok(served, ['run', 'start', 'data-backend', '-y'])
    const shown = (): Promise<string> => ok(served, ['run', 'show', 'data-backend/1'])
    // Of what it said nothing is on its way any more when the agent is lost.
    await until('it runs, and its first line is stored', async () => {
      const { out } = await served.lockstep(['logs', STEP])
      return out.includes('begun') ? true : undefined
    })
    await agent.kill()
    await database.pool.query(`UPDATE jobs SET deadline = now() - interval '1 second'`)
    const lost = await until('it is unknown', async () => {
      const text = await shown()
      return text.includes('nobody knows') ? text : undefined
    })
    assert.equal(
      lost
        .slice(lost.indexOf('\n? ') + 1)
        .replaceAll(/\d\d:\d\d:\d\d/g, '<clock>')
        .replace(/lost for \d+ \w+/, 'lost for <wait>'),
      `? migrate up, "migrate up" on bench: nobody knows what happened
  <clock>  the agent eu-1 began the command
  <clock>  last word from the agent; 6 bytes of the log are stored
  contact lost for <wait>. Not repeated: the step does not say that it may be

  As soon as the agent is back its journal answers, and the run goes on by itself. Until then, or instead:
    it ran to the end       lockstep run resolve ${STEP} --ran -m HOW-YOU-KNOW
    it did not run          lockstep run resolve ${STEP} --did-not-run -m HOW-YOU-KNOW
    run it again            lockstep run resolve ${STEP} --try-again -m WHY-THAT-IS-SAFE
`,
    )
    let told = ''
    const watching = served.lockstep(['run', 'watch', 'data-backend/1'], {
      interruptWhen(out) {
        told = out
        return false
      },
    })
    await until('the watch has begun', () => (/unknown|nobody knows/.test(told) ? true : undefined))
    await rm(hold)
    agent.start()
    const { code, out } = await watching
    assert.equal(code, 0, out)
    assert.ok(
      out.includes(
        `${STEP.replace('data-backend/1/', 'step ')} succeeded: the agent is back, its journal says exit code 0\n`,
      ),
      out,
    )
    assert.match(out, /run data-backend\/1 succeeded after/)
    await rm(folder, { recursive: true, force: true })
  })
})
