// Runs app/web/static/verify.js over cases from standard input and prints what it says of each. For tests only.
// Input: {"cases": [{"file": base64, "trust": {...}}], "pure": true|false}; output: a list of verdicts.

import { readFileSync } from "node:fs";
import { judge } from "./judge.mjs";

const { cases, pure } = JSON.parse(readFileSync(0, "utf8"));
const verify = await import("../../app/web/static/verify.js");
const keys = await import("../../app/web/static/keys.js");
console.log(JSON.stringify(await judge(verify, keys, cases, pure)));
