import { routes } from '@lockstep/contract'
import { createClientOver, type Client, type ClientSettings } from './client.ts'
import { wireRoutes } from './wire-routes.ts'

/** A client of one server, with a method for each route of the contract. */
export function createClient(settings: ClientSettings): Client {
  return createClientOver(wireRoutes(routes), settings)
}
