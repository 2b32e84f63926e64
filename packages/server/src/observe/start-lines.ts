// What a start prints for the person in front of it. Everything else goes to the log.

import { relative } from 'node:path'

export type DatabaseFacts =
  | {
      readonly kind: 'embedded'
      readonly version: string
      readonly dataDir: string
      readonly isNew: boolean
      readonly isAdopted: boolean
      readonly readyMs: number
    }
  | { readonly kind: 'external'; readonly version: string; readonly url: string }

export interface StartFacts {
  readonly version: string
  readonly nodeVersion: string
  readonly workingDir: string
  readonly database: DatabaseFacts
  readonly hasMail: boolean
  readonly hasPage: boolean
  readonly dataDir: string
  readonly url: string
  readonly setup: { readonly code: string; readonly expiresAt: number } | undefined
  readonly isHeld: boolean
}

export function startLines(facts: StartFacts): string {
  const { url, setup } = facts
  const link = `${url}/setup#${setup?.code ?? ''}`
  const first =
    setup === undefined
      ? []
      : [
          `Nobody can sign in yet. Make the first administrator (this link works once, until ${clockOf(setup.expiresAt)}):`,
          `  ${link}`,
          `  or in a terminal:  lockstep setup '${link}'`,
          '',
        ]
  return [
    `Lockstep ${facts.version} on Node ${facts.nodeVersion}`,
    `Database   ${databaseLine(facts)}`,
    `Mail       ${facts.hasMail ? 'through SMTP_URL' : `no SMTP_URL: mail goes to ${shown(facts, facts.dataDir)}/outbox and is shown under Settings`}`,
    ...(facts.hasPage ? [] : ['Page       not built; npm start builds it']),
    '',
    ...(facts.isHeld ? HELD : []),
    ...first,
    `Lockstep is ready at ${url}`,
    '',
  ].join('\n')
}

const HELD = [
  'Restored from a backup: no mail goes out, agents get no work and nothing starts by itself, until an administrator says',
  '  lockstep notification release',
  '',
]

function databaseLine(facts: StartFacts): string {
  const { database } = facts
  const name = `PostgreSQL ${database.version.split('.', 1)[0] ?? ''}`
  if (database.kind === 'external') return `${name} at ${withoutPassword(database.url)}`
  const seconds = `${(database.readyMs / 1000).toFixed(1)} s`
  const how = database.isNew
    ? `new, made in ${seconds}`
    : database.isAdopted
      ? `was running, taken over in ${seconds}`
      : `ready in ${seconds}`
  return `${name}, embedded, in ${shown(facts, database.dataDir)}      ${how}`
}

/** Below the working folder as `./data`, elsewhere the whole path. */
function shown({ workingDir }: StartFacts, path: string): string {
  const inside = relative(workingDir, path)
  return inside === '' || inside.startsWith('..') ? path : `./${inside}`
}

function withoutPassword(url: string): string {
  return url.replace(/^postgres(?:ql)?:\/\/(?:[^@/]*@)?/, '').replace(/\?.*$/, '')
}

/** `15:02`, by the clock of whoever reads it. */
function clockOf(instant: number): string {
  return new Date(instant).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
