// The server, as the page talks to it: the same client as everywhere, with the cookie of the browser.

import { createClientOver, type Client } from '@lockstep/client'
import { table } from 'virtual:wire-routes'

/** Carries the token against other sites by itself, once `showMe` or signing in has told it. */
export const api: Client = createClientOver(table, { server: location.origin })
