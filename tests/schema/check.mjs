// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON Schema of case files against good ones (all must pass) and broken ones whose error a schema can see
// (all must fail).   node check.mjs WINSET SOURCE_ROOT
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";

const [winset, root] = process.argv.slice(2);
const shared = process.env.WINSET_SHARED || join(root, "..", "shared");
const schema = JSON.parse(readFileSync(join(root, "share", "winset-case.schema.json"), "utf8"));
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false,
  allowUnionTypes: true }).compile(schema);
let failed = 0, checked = 0;

function read(text) {
  return parse(text.replace(/^\uFEFF/, ""), { version: "1.2", uniqueKeys: false, maxAliasCount: 1000 });
}

function check(name, text, good) {
  checked++;
  let value;
  try {
    value = read(text);
  } catch (error) {
    if (good) {
      failed++;
      console.log(`FAIL ${name}: ${error.message}`);
    }
    return;
  }
  const valid = validate(value);
  if (valid === good) return;
  failed++;
  console.log(`FAIL ${name}: ${good ? "refused" : "accepted"}`);
  for (const error of (validate.errors || []).slice(0, 8))
    console.log(`     ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

function casesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).map(String)
    .filter((name) => /\.(yaml|json)$/.test(name) && !/expected\.json$|package|schema/.test(name))
    .map((name) => join(folder, name));
}

// What a program can see in the form alone; references between parts are beyond a schema.
const seen = `actors comma-decimal conditions dates distributions digits every hazards level-true list-for-map
  many merge-key missing-parts missing-winset names nan no-issues no-levels not-a-map numeric-issues one-party process
  proposers quoted-number quotas reservations series tree-keys type-probabilities unknown-key version-2 walk-no
  weights`.split(/\s+/);

check("the template of winset init", execFileSync(winset, ["init"], { encoding: "utf8" }), true);
for (const path of casesUnder(join(root, "examples")))
  if (/^(\uFEFF|\s|#.*\n)*["']?\{?\s*"?winset"?\s*:/m.test(readFileSync(path, "utf8")))
    check(path, readFileSync(path, "utf8"), true);
for (const path of casesUnder(join(shared, "cases"))) check(path, readFileSync(path, "utf8"), true);
for (const name of existsSync(join(shared, "bad")) ? seen : [])
  check(name, readFileSync(join(shared, "bad", `${name}.yaml`), "utf8"), false);
// Files of our own, so that something is refused also where no reference files are.
const small = "winset: 1\nissues: {a: [b, c]}\nparties: {p: {points: {a: [0, 1]}}, q: {points: {a: [1, 0]}}}\n";
check("small", small, true);
check("a key with a slip", small + "clases: {}\n", false);
check("a text for a number", small.replace("[0, 1]", '["0", 1]'), false);
check("weights without values", small.replace("points: {a: [0, 1]}", "weights: {a: 1}"), false);
check("two forms", small.replace("points: {a: [0, 1]}", "points: {}, weights: {a: 1}, values: {a: rising}"), false);
check("half a condition", small + "constraints: [{at_least: 1}]\n", false);
console.log(`${checked} checked, ${failed} not as they must be`);
process.exit(failed ? 1 : 0);
