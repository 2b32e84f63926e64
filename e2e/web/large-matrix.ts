// A matrix of environments that is larger than a test would deploy.

import type { Page } from 'playwright-core'

/** Answers what the matrix asks for with 200 applications in 40 environments; everything else comes from the server. */
export async function answerLargeMatrix(page: Page): Promise<void> {
  const id = (kind: string, at: number): string => `${kind}_01KA5XQ20000000000000${at + 10_000}`
  const applications = Array.from(
    { length: 200 },
    (_, at) => `fleet/app-${String(at).padStart(3, '0')}`,
  )
  const environments = Array.from({ length: 40 }, (_, at) => ({
    id: id('env', at),
    project: 'fleet',
    name: `place-${at}`,
    title: at === 7 ? 'Place 7, where cars are tried that nobody else has yet' : `Place ${at}`,
    revision: 1,
    tiers: [],
    receives: applications,
    agents: [],
    windows: [],
    freezes: [],
    frozen: null,
    lock: { state: 'free', holder: null, since: null, reason: null, queue: [] },
  }))
  const items = environments.flatMap(({ id: environment, name, title }, column) =>
    applications.map((application, row) => {
      const runs = { version: `1.${row}.${column}`, digest: `sha256:${'0'.repeat(64)}` }
      return {
        environment,
        project: 'fleet',
        environmentName: name,
        environmentTitle: title,
        application,
        component: 'program',
        resource: 'host-1',
        reported: runs,
        wanted: runs,
        verified: true,
        unknown: false,
        drift: false,
        since: '2026-11-17T14:00:00.000Z',
        putBy: null,
      }
    }),
  )
  await page.route('**/v1/environments?*', (route) =>
    route.fulfill({ json: { items: environments, next: null } }),
  )
  await page.route('**/v1/inventory', (route) =>
    route.fulfill({ json: { at: '2026-11-17T14:32:00.000Z', items } }),
  )
}
