/** A schema with the value of what is not written. */
// oxlint-disable-next-line no-underscore-dangle -- zod's own name; it is used under ours everywhere else
export { _default as preset } from 'zod/mini'
