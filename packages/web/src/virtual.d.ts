declare module 'virtual:wire-routes' {
  /** Made of the contract when the page is built; `vite.config.ts`. */
  export const table: import('@lockstep/client').WireRoutes
}
