// The addresses of the web page: the server answers them with the page, the page has a screen for each.

/** Patterns below `/`; `$name` stands for one part, a last `$` for the rest. */
export const PAGE_ADDRESSES = [
  '/',
  '/setup',
  '/sign-in',
  '/invitation',
  '/releases',
  '/releases/new',
  '/releases/$release',
  '/releases/$release/runs/$run',
  '/releases/$release/runs/$run/path',
  '/releases/$release/runs/$run/contents',
  '/releases/$release/runs/$run/changes',
  '/releases/$release/runs/$run/evidence',
  '/releases/$release/runs/$run/definition',
  '/gates/$gate',
  '/pipelines',
  '/pipelines/$pipeline',
  '/pipelines/$pipeline/edit',
  '/apps',
  '/apps/$app/model',
  '/apps/$app/processes/$process',
  '/apps/$app/snapshots',
  '/environments',
  '/environments/drift',
  '/environments/compare',
  '/environments/$environment',
  '/runs',
  '/runs/$run',
  '/runs/$run/path',
  '/runs/$run/contents',
  '/runs/$run/changes',
  '/runs/$run/evidence',
  '/runs/$run/definition',
  '/runs/$run/steps/$step/log',
  '/evidence',
  '/agents',
  '/agents/$agent',
  '/settings',
  '/settings/$',
] as const

/** Whether a path, without its query, is an address of the page. */
export function isPageAddress(path: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(path))
}

const PATTERNS = PAGE_ADDRESSES.map((address) => {
  const parts = address.split('/').map((part) => {
    if (part === '$') return '.+'
    return part.startsWith('$') ? '[^/]+' : part
  })
  return new RegExp(`^${parts.join('/')}$`)
})
