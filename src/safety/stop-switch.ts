/** What a look at the STOP file found: anything but a certain absence stops. */
export type StopReading = "absent" | "present" | "unreadable";

export type StopVerdict = Readonly<{
  stop: boolean;
  reason: "stop_absent" | "stop_present" | "stop_unreadable";
}>;

/** STOP is there to be created in a hurry, so its content does not matter. */
export function evaluateStop(reading: StopReading): StopVerdict {
  return { stop: reading !== "absent", reason: `stop_${reading}` };
}
