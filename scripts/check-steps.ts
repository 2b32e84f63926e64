import { join } from 'node:path'
import { testStep, unitTestStep } from './step.ts'
import type { Step } from './step.ts'

const BIN = join(import.meta.dirname, '..', 'node_modules', '.bin')

/**
 * Everything that can be checked without a database: form, types, dead code, house rules and pure rules. They read only, and
 * run at once: those that take longest begin.
 */
export function checkSteps(): readonly Step[] {
  return [
    unitTestStep('unit tests', ['packages/*/src/**/*.test.ts']),
    testStep('house rules', ['scripts/*.test.ts']),
    { name: 'format', command: [join(BIN, 'oxfmt'), '--check', '.'] },
    { name: 'lint', command: [join(BIN, 'oxlint'), '--type-aware'] },
    { name: 'types', command: [join(BIN, 'tsc'), '-p', '.'] },
    { name: 'types of the page', command: [join(BIN, 'tsc'), '-p', 'packages/web'] },
    { name: 'unused code', command: [join(BIN, 'knip'), '--no-config-hints'] },
    { name: 'production closure', command: [join(BIN, 'knip'), '--strict', '--no-config-hints'] },
  ]
}
