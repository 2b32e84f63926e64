/**
 * How the page is laid out on each kind of device. `live` is how it hears of changes: old phones do not
 * keep a connection open in the background, so they ask.
 */
export const LAYOUTS = {
  'phone-small': { columns: 1, ringPx: 168, history: false, live: 'events' },
  'phone-large': { columns: 1, ringPx: 232, history: true, live: 'events' },
  'phone-old': { columns: 1, ringPx: 168, history: false, live: 'polling' },
  tablet: { columns: 2, ringPx: 300, history: true, live: 'events' },
}

/** The page for a device: the template with the layout filled in. */
export function renderPage(template, device) {
  const { columns, ringPx, history, live } = LAYOUTS[device]
  const values = { device, columns, ringPx, history: history ? '' : 'hidden', live }
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => String(values[name]))
}
