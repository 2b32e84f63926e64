// What reaches out of the house: mail, effects, Git. Composed apart, because the write path is there before it.

import { join } from 'node:path'
import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'

import type { Config } from './config.ts'
import { carryEffects } from './effects/carry-effects.ts'
import { carrySchedules } from './effects/schedules.ts'
import { RepositoryPolling } from './git/poll-repositories.ts'
import { createFileOutbox } from './mail/file-outbox.ts'
import { createSmtpMailer } from './mail/smtp-mailer.ts'
import type { Mailer } from './ports/mailer.ts'
import type { Log } from './ports/observe.ts'
import type { ReactorPort } from './ports/reactor.ts'

export interface OutsideDeps {
  readonly config: Config
  readonly pool: Pool
  readonly queue: PgBoss
  readonly reactor: ReactorPort
  readonly log: Log
  readonly publicUrl: string
}

/** Begins to send, announce and poll. Disposing it stops polling and closes the mail connections. */
export async function startOutside(deps: OutsideDeps): Promise<AsyncDisposable> {
  const { config, pool, queue, reactor, log, publicUrl } = deps
  await using stack = new AsyncDisposableStack()
  const mailer = stack.use(await createMailer(config, publicUrl))
  await carryEffects(queue, {
    db: pool,
    reactor,
    mailer,
    gitHosts: [],
    publicUrl: () => publicUrl,
    log,
  })
  stack.use(await carrySchedules(queue, { db: pool, reactor, log }))
  const polling = stack.use(
    new RepositoryPolling({
      db: pool,
      reactor,
      git: { protocols: config.gitProtocols, surroundings: config.surroundings },
      folder: join(config.dataDir, 'git'),
      log,
    }),
  )
  polling.start()
  return stack.move()
}

async function createMailer(config: Config, publicUrl: string): Promise<Mailer> {
  const { hostname } = new URL(publicUrl)
  // An address needs a domain; a number is none.
  const host = /^[\d.:[\]]+$/.test(hostname) ? 'localhost' : hostname
  const sender = { from: { name: 'Lockstep', address: `lockstep@${host}` }, host }
  return config.smtpUrl === undefined
    ? createFileOutbox(join(config.dataDir, 'outbox'), sender)
    : createSmtpMailer(config.smtpUrl, sender)
}
