/** So many characters a new password has at least; what else is asked of it, the server says. */
export const PASSWORD_LENGTH_MIN = 12
