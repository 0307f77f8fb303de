import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream, exp, type Stream } from "#base";
import { founderGenome } from "./founder.ts";
import { mutate } from "./mutate.ts";
import { findGenomeSchema, genomeSchemas, linearSchema, twinSchema } from "./schema.ts";

function streamOf(id: number): Stream {
  return createStream({ seed: 77, stream: "mutation", id });
}

test("every schema's layout covers its genes once, without a gap", () => {
  for (const schema of genomeSchemas) {
    let next = 0;
    for (const { start, end } of schema.layout) {
      assert.equal(start, next);
      assert.ok(end > start);
      next = end;
    }
    assert.equal(next, schema.weights_count);
    assert.equal(findGenomeSchema(schema.genome_schema_version), schema);
  }
  assert.equal(twinSchema.weights_count, 342);
  assert.equal(linearSchema.weights_count, linearSchema.feature_dimension);
  assert.equal(findGenomeSchema("twin-33-5-1/2"), null);
});

/** Mean and deviation of the genes from..to-1 over many founders. */
function statistics(
  from: number,
  to: number,
  schema: typeof twinSchema,
): Readonly<{ mean: number; deviation: number }> {
  let [count, sum, squares] = [0, 0, 0];
  const genes = new Float32Array(schema.weights_count);
  for (let id = 1; id <= 400; id += 1) {
    founderGenome(schema, createStream({ seed: 3, stream: "founders", id }), genes);
    for (const gene of genes.subarray(from, to)) {
      count += 1;
      sum += gene;
      squares += gene * gene;
    }
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(squares / count - mean * mean) };
}

test("founders are Glorot nets of mean zero with patient thresholds", () => {
  const expected = [
    { from: 0, to: 165, mean: 0, deviation: Math.sqrt(2 / 38) },
    { from: 165, to: 170, mean: 0, deviation: Math.sqrt(2 / 6) },
    { from: 170, to: 335, mean: 0, deviation: Math.sqrt(2 / 38) },
    { from: 335, to: 340, mean: 0, deviation: Math.sqrt(2 / 6) },
    { from: 340, to: 341, mean: 0, deviation: 0.5 },
    { from: 341, to: 342, mean: -0.5, deviation: 0.3 },
  ];
  for (const { from, to, mean, deviation } of expected) {
    const seen = statistics(from, to, twinSchema);
    const error = (4 * deviation) / Math.sqrt(400 * (to - from));
    assert.ok(Math.abs(seen.mean - mean) < error, `mean of ${from}: ${seen.mean}`);
    assert.ok(Math.abs(seen.deviation - deviation) < error, `deviation of ${from}`);
  }
  const linear = statistics(0, 33, linearSchema);
  assert.ok(Math.abs(linear.deviation - Math.sqrt(2 / 34)) < 0.01);
});

test("a founder takes one normal draw a gene, in gene order", () => {
  const stream = createStream({ seed: 3, stream: "founders", id: 1 });
  const twin = createStream({ seed: 3, stream: "founders", id: 1 });
  const genes = new Float32Array(342);
  founderGenome(twinSchema, stream, genes);
  assert.equal(stream.draws, 342);
  const first = twin.gaussian();
  assert.equal(genes[0], Math.fround(first * Math.sqrt(2 / 38)));
});

const anyMutation = fc.record({
  rate: fc.constantFrom(0, 1, 100000, 1000000),
  tau: fc.constantFrom(0, 0.2, 1),
  sigma: fc.constantFrom(0.02, 0.3, 1),
});

test("a mutation takes two draws a gene and one for sigma, whatever it changes", () => {
  fc.assert(
    fc.property(anyMutation, fc.nat({ max: 1000 }), fc.constantFrom(33, 342), (how, id, length) => {
      const stream = streamOf(id);
      mutate(new Float32Array(length), how, stream, new Float32Array(length));
      assert.equal(stream.draws, 2 * length + 1);
    }),
    { seed: 20261121, numRuns: 100 },
  );
});

test("the step size moves by exp(tau N) and stays between 0.02 and 1", () => {
  fc.assert(
    fc.property(anyMutation, fc.nat({ max: 1000 }), (how, id) => {
      const normal = streamOf(id).gaussian();
      const { sigma } = mutate(new Float32Array(3), how, streamOf(id), new Float32Array(3));
      const free = how.sigma * exp(how.tau * normal);
      assert.equal(sigma, Math.min(Math.max(free, 0.02), 1));
    }),
    { seed: 20261121, numRuns: 200 },
  );
});

test("as many loci change as the rate says, by steps of the child's own sigma", () => {
  const parent = new Float32Array(342).fill(0.25);
  const child = new Float32Array(342);
  let [loci, squares] = [0, 0];
  for (let id = 0; id < 400; id += 1) {
    const birth = mutate(parent, { rate: 100000, tau: 0, sigma: 0.3 }, streamOf(id), child);
    const changed = child.filter((gene) => gene !== 0.25);
    assert.equal(changed.length, birth.loci);
    assert.equal(birth.sigma, 0.3);
    loci += birth.loci;
    for (const gene of changed) squares += (gene - 0.25) ** 2;
  }
  const genes = 400 * 342;
  assert.ok(Math.abs(loci / genes - 0.1) < 4 * Math.sqrt(0.09 / genes), `${loci} of ${genes}`);
  assert.ok(Math.abs(Math.sqrt(squares / loci) - 0.3) < 0.01);
});

test("a rate of zero copies the parent, a rate of one million changes every gene", () => {
  const parent = Float32Array.from({ length: 342 }, (_, gene) => gene / 100);
  const child = new Float32Array(342);
  assert.equal(mutate(parent, { rate: 0, tau: 1, sigma: 1 }, streamOf(1), child).loci, 0);
  assert.deepEqual(child, parent);
  assert.equal(mutate(parent, { rate: 1000000, tau: 1, sigma: 1 }, streamOf(1), child).loci, 342);
});

test("which genes change does not depend on what they are worth", () => {
  const how = { rate: 100000, tau: 0.2, sigma: 0.3 };
  const changed = (value: number): readonly number[] => {
    const parent = new Float32Array(342).fill(value);
    const child = new Float32Array(342);
    mutate(parent, how, streamOf(8), child);
    return Array.from(child.keys()).filter((gene) => child[gene] !== Math.fround(value));
  };
  assert.deepEqual(changed(0), changed(0.5));
});
