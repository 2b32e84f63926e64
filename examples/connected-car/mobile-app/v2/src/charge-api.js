/** The version of charge-api that the relay follows. */
export const CHARGE_API = 'v2'
