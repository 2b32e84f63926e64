// What a person types on a host so that its agent enrols.

/** The command of the first start. A name and a token of the contract have no character that a shell reads. */
export function enrolCommand({
  server,
  name,
  token,
}: {
  readonly server: string
  readonly name: string
  readonly token: string
}): string {
  return [
    `LOCKSTEP_SERVER=${server}`,
    `LOCKSTEP_AGENT_NAME=${name}`,
    `LOCKSTEP_ENROL_TOKEN=${token}`,
    'node /usr/lib/lockstep/lockstep-agent.cjs',
  ].join(' \\\n  ')
}

/** Labels as people type them: `linux, bench`. */
export function parseLabels(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((label) => label !== ''))]
}
