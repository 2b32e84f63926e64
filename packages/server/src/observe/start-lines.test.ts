import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startLines, type StartFacts } from './start-lines.ts'

const facts: StartFacts = {
  version: '0.1.0',
  nodeVersion: '26.10.0',
  workingDir: '/srv/lockstep',
  database: {
    kind: 'embedded',
    version: '18.4',
    dataDir: '/srv/lockstep/data',
    isNew: true,
    isAdopted: false,
    readyMs: 612,
  },
  isHeld: false,
  hasMail: false,
  hasPage: true,
  dataDir: '/srv/lockstep/data',
  url: 'http://127.0.0.1:4600',
  setup: { code: 'fs_7Q2MX9K4D', expiresAt: new Date(2026, 10, 17, 15, 2).getTime() },
}

suite('startLines', () => {
  test('the first start says where and how the first administrator is made', () => {
    assert.equal(
      startLines(facts),
      `Lockstep 0.1.0 on Node 26.10.0
Database   PostgreSQL 18, embedded, in ./data      new, made in 0.6 s
Mail       no SMTP_URL: mail goes to ./data/outbox and is shown under Settings

Nobody can sign in yet. Make the first administrator (this link works once, until 15:02):
  http://127.0.0.1:4600/setup#fs_7Q2MX9K4D
  or in a terminal:  lockstep setup 'http://127.0.0.1:4600/setup#fs_7Q2MX9K4D'

Lockstep is ready at http://127.0.0.1:4600
`,
    )
  })

  test('a later start on a database of one’s own prints no link and no password', () => {
    const database = {
      kind: 'external',
      version: '15.4',
      url: 'postgres://ada:hunter2@db.example.test:5432/lockstep?sslmode=require',
    } as const
    assert.equal(
      startLines({ ...facts, database, hasMail: true, setup: undefined }),
      `Lockstep 0.1.0 on Node 26.10.0
Database   PostgreSQL 15 at db.example.test:5432/lockstep
Mail       through SMTP_URL

Lockstep is ready at http://127.0.0.1:4600
`,
    )
  })
})
