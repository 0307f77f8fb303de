import type { Approval } from "#arming";
import { dsseBy, partyKeys, sshBy } from "#support";
import type { Forgery, Scene } from "./forgery.ts";

const { ada, ada2, grace, joan, mallory, olga, old, oscar, robot, soon } = partyKeys;

/** Other people than must sign, or fewer, over a change that is sound. */
export const peopleForgeries: readonly Forgery[] = [
  people("nobody", "threshold_short", () => []),
  people("threshold_short", "threshold_short", (_b, { threshold }, all) =>
    all.slice(0, threshold - 1),
  ),
  people("same_person_twice", "same_person", (_b, _, all) => [
    ...all.slice(0, -1),
    ...all.slice(0, 1),
  ]),
  people("same_person_thrice", "same_person", (b) => [
    dsseBy(b, joan),
    dsseBy(b, joan),
    dsseBy(b, joan),
  ]),
  people("two_keys_of_one_person", "same_person", (b, _, all) => [
    dsseBy(b, ada2),
    ...all.slice(0, -1),
  ]),
  people("two_keys_in_one_envelope", "same_person", (b, { threshold }) =>
    threshold === 2 ? [dsseBy(b, ada, ada2)] : [dsseBy(b, ada, ada2), sshBy(b, grace)],
  ),
  people("wrong_role", "roles_missing", (b) => [dsseBy(b, ada), dsseBy(b, oscar), sshBy(b, olga)]),
  people("stranger", "signer_unknown", (b, _, all) => [...all.slice(0, -1), dsseBy(b, mallory)]),
  people("stranger_by_ssh", "signer_unknown", (b, _, all) => [
    ...all.slice(0, -1),
    sshBy(b, mallory),
  ]),
  people("revoked_key", "key_expired", (b, _, all) => [dsseBy(b, old), ...all.slice(1)]),
  people("key_of_later", "key_not_yet_valid", (b, _, all) => [dsseBy(b, soon), ...all.slice(1)]),
  people("automation", "signer_is_automation", (b, _, all) => [
    ...all.slice(0, -1),
    dsseBy(b, robot),
  ]),
  people("automation_beside_enough", "signer_is_automation", (b, _, all) => [
    ...all,
    dsseBy(b, robot),
  ]),
  people("ssh_key_in_envelope", "key_of_other_form", (b, _, all) => [
    ...all.filter(({ name }) => name !== "sshsig"),
    dsseBy(b, grace),
  ]),
  people("our_key_by_ssh", "key_of_other_form", (b, _, all) => [sshBy(b, ada), ...all.slice(1)]),
  people("seventeen_files", "approvals_too_many", (b) =>
    Array.from({ length: 17 }, () => dsseBy(b, ada)),
  ),
  {
    kind: "requester_reviews",
    expected: ["roles_missing"],
    make: ({ party, threshold }) => {
      // Whoever asks is the only one who could review.
      const change = party.change({ requester: "grace" });
      const two = [dsseBy(change, ada), sshBy(change, grace)];
      return { change, approvals: threshold === 2 ? two : [...two, dsseBy(change, oscar)] };
    },
  },
];

function people(
  kind: string,
  code: string,
  sign: (change: Uint8Array, scene: Scene, sound: readonly Approval[]) => readonly Approval[],
): Forgery {
  return {
    kind,
    expected: [code],
    make: (scene) => {
      const change = scene.change();
      return { change, approvals: sign(change, scene, scene.signed(change)) };
    },
  };
}
