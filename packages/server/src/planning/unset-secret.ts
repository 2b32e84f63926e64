/** What a plan is refused with when a secret that it names has no value. */
export function unsetSentence(name: string, project: string): string {
  return `The secret "${name}" is not set. Set it:  lockstep secret set ${name} -p ${project}`
}
