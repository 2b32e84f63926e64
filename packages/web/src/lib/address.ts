// How the page writes what its addresses name. Names are unique in a project only, so the project goes along.

/** `connected-car:connected-car-2.0`. */
export function thingPart(thing: { readonly project: string; readonly name: string }): string {
  return `${thing.project}:${thing.name}`
}

/** What such a part names; undefined when it is none. */
export function parseThingPart(
  part: string,
): { readonly project: string; readonly name: string } | undefined {
  const [, project, name] = /^([a-z0-9-]+):([a-z0-9][a-z0-9.-]*)$/.exec(part) ?? []
  return project === undefined || name === undefined ? undefined : { project, name }
}

/** The parts of the address of a run, `connected-car/connected-car-2.0/7`. */
export function partsOfRun(address: string): {
  readonly project: string
  readonly name: string
  readonly number: string
} {
  const [project = '', name = '', number = ''] = address.split('/')
  return { project, name, number }
}

/** An application without its project, where it is clear. */
export function shortName(application: string): string {
  return application.slice(application.lastIndexOf('/') + 1)
}
