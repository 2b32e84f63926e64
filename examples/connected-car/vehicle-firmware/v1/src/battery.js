// The battery of the car: what driving takes out of it and charging puts into it. Pure arithmetic.

/** A mid-size electric car. */
export const CAR = {
  capacityKwh: 62,
  massKg: 1850,
  dragAreaM2: 0.58,
  rollingResistance: 0.009,
  driveEfficiency: 0.9,
  regenerationEfficiency: 0.65,
  auxiliaryKw: 0.5,
  regenerationKwMax: 60,
}

/** What a charging station gives, what arrives of it, and from which charge on it gives less. */
export const CHARGER = { powerKw: 50, efficiency: 0.93, taperFromPercent: 80, leastShare: 0.1 }

const GRAVITY = 9.81
const AIR_DENSITY = 1.2
const KWH_OF_A_GALLON = 33.705
const MILES_PER_KM = 0.621371

const clamp = (value, low, high) => Math.min(high, Math.max(low, value))

/** The power at the wheels in kW that keeps this speed with this acceleration; negative when braking. */
export function wheelPowerKw(speedKmh, accelerationMs2) {
  const speedMs = speedKmh / 3.6
  const rolling = speedMs > 0 ? CAR.massKg * GRAVITY * CAR.rollingResistance : 0
  const drag = 0.5 * AIR_DENSITY * CAR.dragAreaM2 * speedMs ** 2
  return ((rolling + drag + CAR.massKg * accelerationMs2) * speedMs) / 1000
}

/** The power that leaves the battery in kW; negative while braking fills it. */
export function batteryPowerKw(speedKmh, accelerationMs2) {
  const wheels = wheelPowerKw(speedKmh, accelerationMs2)
  const drive =
    wheels >= 0
      ? wheels / CAR.driveEfficiency
      : Math.max(wheels * CAR.regenerationEfficiency, -CAR.regenerationKwMax)
  return drive + CAR.auxiliaryKw
}

/** The power that a charging battery takes in kW: all there is, and less and less when it is nearly full. */
export function chargingPowerKw(chargePercent) {
  const { powerKw, taperFromPercent, leastShare } = CHARGER
  const beyond = clamp((chargePercent - taperFromPercent) / (100 - taperFromPercent), 0, 1)
  return powerKw * (1 - (1 - leastShare) * beyond)
}

/** The charge after this energy has left the battery (or, negative, gone into it); never below 0 or above 100 %. */
export function afterUse(chargePercent, energyKwh) {
  return clamp(chargePercent - (100 * energyKwh) / CAR.capacityKwh, 0, 100)
}

/** Miles per gallon of petrol with the same energy; null before the car has used any. */
export function efficiencyMpge(distanceKm, energyKwh) {
  if (distanceKm <= 0 || energyKwh <= 0) return null
  return (distanceKm * MILES_PER_KM) / (energyKwh / KWH_OF_A_GALLON)
}
