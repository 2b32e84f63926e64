// What reaches out of the house: mail, effects, Git. Composed apart, because the write path is there before it.

import { join } from 'node:path'
import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'

import type { Config } from './config.ts'
import { carryEffects } from './effects/carry-effects.ts'
import { deliverDue } from './effects/deliver-due.ts'
import { carrySchedules } from './effects/schedules.ts'
import { RepositoryPolling } from './git/poll-repositories.ts'
import { createFileOutbox } from './mail/file-outbox.ts'
import { createSmtpMailer } from './mail/smtp-mailer.ts'
import type { Mailer } from './ports/mailer.ts'
import type { Log } from './ports/observe.ts'
import type { ReactorPort } from './ports/reactor.ts'
import type { OutgoingHold } from './postgres/outgoing-hold.ts'
import { Ticker } from './postgres/reactor/ticker.ts'

const POST_EVERY_MS = 5_000

export interface OutsideDeps {
  readonly config: Config
  readonly pool: Pool
  readonly queue: PgBoss
  readonly reactor: ReactorPort
  readonly log: Log
  readonly publicUrl: string
  /** While it lasts, nothing of this begins. */
  readonly hold: Pick<OutgoingHold, 'isHeld' | 'released'>
}

/** Begins to send, announce and poll, at once or when it may. Disposing it stops polling and closes the mail connections. */
export async function startOutside(deps: OutsideDeps): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const mailer = stack.use(await createMailer(deps.config, deps.publicUrl))
  const begun = stack.use(new AsyncDisposableStack())
  if (deps.hold.isHeld) void beginLater(deps, mailer, begun)
  else await begin(deps, mailer, begun)
  return stack.move()
}

async function beginLater(
  deps: OutsideDeps,
  mailer: Mailer,
  begun: AsyncDisposableStack,
): Promise<void> {
  await deps.hold.released
  try {
    if (!begun.disposed) await begin(deps, mailer, begun)
  } catch (error) {
    deps.log.error({ err: error }, 'what was released does not go out; start this server again')
  }
}

async function begin(
  { config, pool, queue, reactor, log, publicUrl }: OutsideDeps,
  mailer: Mailer,
  begun: AsyncDisposableStack,
): Promise<void> {
  await carryEffects(queue, {
    db: pool,
    reactor,
    mailer,
    publicUrl: () => publicUrl,
    log,
  })
  begun.use(await carrySchedules(queue, { db: pool, reactor, mailer, log }))
  const post = begun.use(
    new Ticker({
      everyMs: POST_EVERY_MS,
      async tick() {
        await deliverDue({ db: pool, mailer, log })
        return undefined
      },
      onError: (cause) => log.warn({ err: cause }, 'the post is looked at again'),
    }),
  )
  post.start()
  const polling = begun.use(
    new RepositoryPolling({
      db: pool,
      reactor,
      git: { protocols: config.gitProtocols, surroundings: config.surroundings },
      folder: join(config.dataDir, 'git'),
      log,
    }),
  )
  polling.start()
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
