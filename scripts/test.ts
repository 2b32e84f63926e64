// npm test: everything. With a word, that part only: check, adapters, e2e, browser; or database, the adapters that
// ask one, for another PostgreSQL than the one that comes with us.
import { readTestDatabaseUrl } from '../packages/server/testing/config.ts'
import { startTestServer } from '../packages/server/testing/test-server.ts'
import { checkSteps } from './check-steps.ts'
import { findChromium, HOW_TO_GET_CHROMIUM } from './chromium.ts'
import { listDatabaseTests } from './database-tests.ts'
import { runSteps, testStep } from './step.ts'
import type { StepLists } from './step.ts'
import { makeTestFolder } from './test-folder.ts'

type Environment = Readonly<Record<string, string>>

/** What takes long for its few words, and so begins first. */
const LONG = {
  adapters:
    '{packages/server/test/{embedded-backup,access-matrix},packages/cli/test/keeping,examples/connected-car/product}.test.ts',
  system: 'e2e/{bench,two-servers}.e2e.ts',
  browser: 'e2e/web/whole-way.e2e.ts',
} as const

/** Tests fill all processors, so that each of their steps is alone in its list. */
const PARTS: Readonly<Record<string, (env: Environment) => StepLists>> = {
  check: () => [checkSteps()],
  adapters: (env) => [
    [
      testStep(
        'adapters',
        [LONG.adapters, 'packages/*/test/**/*.test.ts', 'examples/connected-car/*.test.ts'],
        env,
      ),
    ],
  ],
  database: (env) => [[testStep('database', listDatabaseTests(), env)]],
  e2e: (env) => [[testStep('whole system', [LONG.system, 'e2e/*.e2e.ts'], env)]],
  browser: browserSteps,
}
const EVERYTHING = ['check', 'adapters', 'e2e', 'browser']

const [word, ...rest] = process.argv.slice(2)
const wanted = word === undefined ? EVERYTHING : [word]
const isUsage = rest.length > 0 || wanted.some((name) => PARTS[name] === undefined)
if (isUsage) {
  process.stderr.write(`npm test [-- ${Object.keys(PARTS).join(' | ')}]\n`)
  process.exitCode = 2
} else {
  await using folder = await makeTestFolder()
  process.env['TMPDIR'] = folder.path // Of this process too: the server's data is there.
  // All test files share one server; each makes its own databases on it.
  await using server = readTestDatabaseUrl() === undefined ? await startTestServer() : undefined
  const env: Environment = server === undefined ? {} : { LOCKSTEP_TEST_DATABASE_URL: server.url }
  await runSteps(wanted.flatMap((name) => PARTS[name]?.(env) ?? []))
}

/** Without Chromium the page is not looked at: a sentence on a desk, a failure where everything is judged. */
function browserSteps(env: Environment): StepLists {
  if (findChromium() === undefined && process.env['CI'] !== 'true') {
    process.stdout.write(
      `– browser                skipped: there is no Chromium (${HOW_TO_GET_CHROMIUM})\n`,
    )
    return []
  }
  return [
    [
      {
        name: 'build of the page',
        command: [process.execPath, '--disable-warning=DEP0205', 'scripts/build-page.ts'],
      },
    ],
    [testStep('browser', [LONG.browser, 'e2e/web/*.e2e.ts'], env)],
  ]
}
