/** The file in the folder of an incident that tells it, one entry a line. */
export const incidentRecord = "record.jsonl";
