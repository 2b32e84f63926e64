import { Refused } from '../run/program.js'
import { followEvents } from './events.js'
import { LAYOUTS, renderPage } from './layouts.js'
import { presentCar } from './present-car.js'

const HISTORY_MAX = 60

/** The phone of one owner: follows the owner's car through the relay and shows it on its page. */
export function createPhone({ car, relayUrl, device, template, identity }) {
  const screens = new Set()
  const history = []
  let reading
  let connected = false

  const present = () => ({
    ...presentCar(car, reading),
    history,
    connected,
    reading: reading ?? null,
    shownBy: { component: identity.component, version: identity.version, sha256: identity.sha256 },
  })
  const show = () => screens.forEach((send) => send(present()))

  const stop = followEvents(`${relayUrl}/pushes/${car}`, {
    onConnect() {
      connected = true
      show()
    },
    onValue(pushed) {
      reading = pushed
      history.push(pushed.stateOfChargePercent)
      if (history.length > HISTORY_MAX) history.shift()
      show()
    },
    onBreak() {
      connected = false
      show()
    },
  })

  return {
    routes: {
      'GET /'({ url }) {
        const wanted = url.searchParams.get('device') ?? device
        if (!Object.hasOwn(LAYOUTS, wanted)) {
          throw new Refused(
            404,
            `There is no layout for ${wanted}; there are ${Object.keys(LAYOUTS).join(', ')}.`,
          )
        }
        return { html: renderPage(template, wanted) }
      },
      'GET /api/car': () => ({ json: present() }),
      'GET /events': () => ({
        follow(send) {
          send(present())
          screens.add(send)
          return () => screens.delete(send)
        },
      }),
    },
    close: stop,
  }
}
