/** Version of this agent, told with each poll. */
export const AGENT_VERSION = '0.1.0'
