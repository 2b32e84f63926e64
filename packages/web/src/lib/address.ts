// How the page writes what its addresses name.

/** An application without its project, where it is clear. */
export function shortName(application: string): string {
  return application.slice(application.lastIndexOf('/') + 1)
}
