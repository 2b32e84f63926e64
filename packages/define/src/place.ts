// Where in a file each helper was called. Kept beside the data, never in it: the JSON of a definition has no places.

/**
 * The symbol under which a value carries the call that made it. Registered, so that the command line finds it also in
 * a repository's own copy of this package.
 */
export const PLACE: symbol = Symbol.for('@lockstep/define/place')

/** A call, as the engine describes it. `stack` is put into words only when somebody reads it. */
export interface Call {
  readonly stack?: string
}

type CaptureStackTrace = (target: object, above: unknown) => void

/** The value, which from now on knows where `helper` was called. Costs one captured stack, which is not printed. */
export function placed<T extends object>(value: T, helper: unknown): T {
  const call: Call = {}
  // Engines other than V8 have no such function; then mistakes are reported with their file only.
  const capture: unknown = Reflect.get(Error, 'captureStackTrace')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type comes with Node's types, which a repository need not have
  if (typeof capture === 'function') (capture as CaptureStackTrace)(call, helper)
  Object.defineProperty(value, PLACE, { value: call })
  return value
}
