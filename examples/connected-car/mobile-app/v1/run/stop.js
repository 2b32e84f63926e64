// Ends the running copy of this component. Nothing to end is as good.
import { alone, endCopies, locate } from './host.js'

const place = locate()
await alone(place.lockFile, () => endCopies(place))
process.stdout.write(`${place.name} is stopped\n`)
