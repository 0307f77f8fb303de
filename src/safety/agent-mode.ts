/** How far an agent may go. At boot, and wherever nothing else is certain: OFF. */
export type AgentMode = "OFF" | "OBSERVE" | "PAPER" | "LIVE";

const agentModes: readonly AgentMode[] = ["OFF", "OBSERVE", "PAPER", "LIVE"];

/** Unknown, missing or misspelt is OFF. */
export function readAgentMode(text: string | undefined): AgentMode {
  return agentModes.find((mode) => mode === text) ?? "OFF";
}
