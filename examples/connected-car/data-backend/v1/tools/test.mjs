// node tools/test.mjs NAME GLOB…: runs the tests, for people on the terminal and as reports/NAME.xml.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

const [name, ...globs] = process.argv.slice(2)
mkdirSync('reports', { recursive: true })

// A test run that was itself started by a test run would otherwise write for its parent only.
const { NODE_TEST_CONTEXT: _, ...env } = process.env
const reporters = [
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  '--test-reporter=junit',
  `--test-reporter-destination=reports/${name}.xml`,
]
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-isolation=none', '--test-timeout=60000', ...reporters, ...globs],
  { stdio: 'inherit', env },
)
process.exitCode = status ?? 1
