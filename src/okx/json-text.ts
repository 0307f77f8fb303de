/**
 * The value of a JSON text, or null when it is none (no message of OKX is null). On the path of
 * every order, so it is the engine's own parser.
 */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
