import assert from "node:assert/strict";
import { test } from "node:test";
import { type PolicyDocument, partyKeys, partyPolicy } from "#support";
import { parseApproversPolicy } from "./approvers-policy.ts";
import { formatSshPublicKey } from "./sshsig.ts";

function refusal(edit: (policy: PolicyDocument) => void): string | null {
  const parsed = parseApproversPolicy(partyPolicy(edit));
  return parsed.ok ? null : parsed.fault.code;
}

function personOf(policy: PolicyDocument, name: string): PolicyDocument["people"][number] {
  const found = policy.people.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

test("a policy gives people, their roles and keys, each key for one form", () => {
  const parsed = parseApproversPolicy(partyPolicy());
  assert.ok(parsed.ok);
  const { system, version, threshold, people } = parsed.value;
  assert.deepEqual([system, version, threshold], ["assay.local", 1, 2]);
  const forms = people.map(({ name, keys }) => [name, keys.map(({ form }) => form)]);
  assert.deepEqual(forms, [
    ["ada", ["dsse", "dsse", "dsse", "dsse"]],
    ["grace", ["sshsig"]],
    ["joan", ["dsse"]],
    ["oscar", ["dsse"]],
    ["olga", ["sshsig"]],
    ["robot", ["dsse"]],
  ]);
});

test("no key and no person is listed twice, whatever it is called", () => {
  assert.equal(
    refusal((policy) => {
      const { keys } = personOf(policy, "ada");
      personOf(policy, "joan").keys.push(...keys.slice(0, 1));
    }),
    "policy_key_reused",
  );
  assert.equal(
    refusal((policy) => {
      const public_key = formatSshPublicKey(partyKeys.ada.publicKey);
      const [key] = personOf(policy, "grace").keys;
      assert.ok(key !== undefined);
      personOf(policy, "grace").keys.push({ ...key, public_key });
    }),
    "policy_key_reused",
    "the same key as an SSH key",
  );
  assert.equal(
    refusal((policy) => policy.people.push(personOf(policy, "ada"))),
    "policy_person_repeated",
  );
  assert.equal(
    refusal((policy) => void (personOf(policy, "ada").name = "Ada")),
    "policy_malformed",
    "names have one case, so that none differ by it",
  );
});

test("a policy by which one person could do, or nobody, is unfit", () => {
  assert.equal(
    refusal((policy) => void (policy.threshold = 1)),
    "policy_malformed",
  );
  assert.equal(
    refusal((policy) => void (policy.threshold = 6)),
    "policy_unfit",
    "automation does not count",
  );
  for (const role of ["operator", "reviewer"]) {
    assert.equal(
      refusal((policy) => {
        for (const person of policy.people) person.roles = [role];
      }),
      "policy_unfit",
    );
  }
  assert.equal(
    refusal((policy) => {
      for (const { roles } of policy.people) roles.length = 0;
      personOf(policy, "joan").roles = ["operator", "reviewer"];
    }),
    "policy_unfit",
    "both roles in one hand",
  );
});

test("keys that are none, and times that are none, are malformed", () => {
  for (const edit of [
    (key: PolicyDocument["people"][number]["keys"][number]): void => {
      key.public_key = Buffer.alloc(32).toString("base64");
    },
    (key: PolicyDocument["people"][number]["keys"][number]): void => {
      key.public_key = "AAAA";
    },
    (key: PolicyDocument["people"][number]["keys"][number]): void => {
      key.type = "ssh-ed25519";
    },
    (key: PolicyDocument["people"][number]["keys"][number]): void => {
      key.valid_from = "2026-01-02";
    },
  ]) {
    const code = refusal((policy) => {
      const [key] = personOf(policy, "oscar").keys;
      assert.ok(key !== undefined);
      edit(key);
    });
    assert.equal(code, "policy_malformed");
  }
});
