// The real server with the built page, on a database of its own, as people start it.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@lockstep/client'
import type { GroupId, ProjectId, Role, UserId } from '@lockstep/domain'
import type { Page } from 'playwright-core'
import { createTestDatabase } from '../../packages/server/testing/database.ts'
import { findFreePort } from '../balancer.ts'
import { startServerProgram } from '../server-program.ts'

export const PASSWORD = 'seven kettles under a bridge'

export interface ServedPage extends AsyncDisposable {
  readonly url: string
  /** The one-time code of the first start. */
  readonly setupCode: string
  /** Signed in as the first administrator, whom it makes. */
  admin(): Promise<Client>
  /** A new person with a password, who is signed in and may do this. */
  person(
    admin: Client,
    name: string,
    rights: Rights,
  ): Promise<{ readonly id: UserId; readonly client: Client }>
  /** How many event streams are open, as the server counts them. */
  countStreams(): Promise<number>
  /** Ends the server as a power cut would, and starts it again on the same port. */
  restart(whileGone?: () => Promise<void>): Promise<void>
}

interface Rights {
  readonly project: ProjectId
  readonly roles: readonly Role[]
  readonly groups?: readonly GroupId[]
}

/** Starts the server; the page is built before, by `npm test -- browser`. */
export async function servePage(more: Readonly<Record<string, string>> = {}): Promise<ServedPage> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-page-e2e-'))
  const internalPort = await findFreePort()
  const settings = {
    DATABASE_URL: database.url,
    LOCKSTEP_DATA: folder,
    LOCKSTEP_INTERNAL_PORT: String(internalPort),
    ...more,
  }
  let program = await startServerProgram(settings)
  const { url, setupCode } = program
  return {
    url,
    setupCode,
    async admin() {
      const client = createClient({ server: url })
      const person = { name: 'admin', email: 'admin@example.test', password: PASSWORD }
      await client.setUp({ code: setupCode, ...person })
      return client
    },
    async person(admin, name, { project, roles, groups = [] }) {
      const made = await admin.createUser({ name, title: name, email: `${name}@example.test` })
      const { id } = made.user
      // Before the first signing in: whose rights change signs in anew.
      for (const role of roles) await admin.grantOnProject({ project, subject: id, role })
      for (const group of groups) await admin.addMember({ group, user: id })
      const client = createClient({ server: url })
      await client.acceptInvitation({ code: made.code, password: PASSWORD })
      return { id, client }
    },
    async countStreams() {
      const response = await fetch(`http://127.0.0.1:${internalPort}/metrics`)
      return Number(/^lockstep_event_streams (\d+)$/m.exec(await response.text())?.[1])
    },
    async restart(whileGone) {
      await program.kill()
      await whileGone?.()
      program = await startServerProgram({ ...settings, LOCKSTEP_PORT: new URL(url).port })
    },
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Signs the browser of this page in, as the form does. */
export async function openSession(page: Page, url: string, name: string): Promise<void> {
  const answer = await page.context().request.post(`${url}/v1/sessions`, {
    data: { name, password: PASSWORD },
    headers: { origin: url },
  })
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${await answer.text()}`)
}

/** Signs somebody in, and shows what was asked for. */
export async function signIn(page: Page, url: string, name: string, path = '/'): Promise<void> {
  await openSession(page, url, name)
  await page.goto(`${url}${path}`)
}

/** Fills in and sends the form of a page that asks who somebody is. */
export async function fillSignIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name or e-mail').fill(name)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Password').waitFor({ state: 'hidden' })
}
