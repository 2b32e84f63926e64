// The only reader of the environment in this package.

/** Whether tests run where nobody reads the reason of a skipped one. */
export function isCi(): boolean {
  return process.env['CI'] === 'true'
}
