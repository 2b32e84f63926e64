// Planes above the page.

/** What floats beside something. */
export const RAISED = 'rounded-3 border border-line bg-raised shadow-2 outline-none'

/** What is behind a dialog. */
export const BACKDROP =
  'fixed inset-0 z-40 bg-backdrop transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0'
