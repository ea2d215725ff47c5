// A partner's key in the browser: made or brought here, kept where no script can read it out, used by the form.
// Everything works without this file; what is sent is then recorded as not signed. Twin of app/epcis/signing.py.

const text = new TextEncoder();
const b64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const bytesOf = (encoded) => Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const ED25519 = 1;

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// ledger/labelled.py: every part behind its length as eight bytes
function labelled(label, ...parts) {
  const framed = [text.encode(label), ...parts].flatMap((part) => {
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(part.length));
    return [new Uint8Array(length.buffer), part];
  });
  return sha256(joined(...framed));
}

// ---- the shelf: one key for each partner

function shelf(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("wayproof", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const done = act(opening.result.transaction("keys", mode).objectStore("keys"));
      done.onsuccess = () => resolve(done.result);
      done.onerror = () => reject(done.error);
    };
  });
}
const held = (partner) => shelf("readonly", (keys) => keys.get(partner));
const keep = (partner, key) => shelf("readwrite", (keys) => keys.put(key, partner));
const forget = (partner) => shelf("readwrite", (keys) => keys.delete(partner));

// ---- keys

async function vkeyOf(name, publicBytes) {
  const blob = joined(new Uint8Array([ED25519]), publicBytes);
  const id = hex((await sha256(joined(text.encode(`${name}\n`), blob))).slice(0, 4));
  return `${name}+${id}+${b64(blob)}`;
}

async function sign(key, said) {
  return b64(await crypto.subtle.sign("Ed25519", key, text.encode(said)));
}

async function make(panel) {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const publicBytes = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const vkey = await vkeyOf(panel.dataset.partner, publicBytes);
  const { log, partner, csrf } = panel.dataset;
  const proof = await sign(pair.privateKey, `wayproof/partner-key/v1\n${log}\n${partner}\n${vkey}\n`);
  await keep(partner, { vkey, key: pair.privateKey }); // before it is registered: a registered key must not be lost
  const answer = await fetch("/api/v1/partner/keys", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, "Idempotency-Key": hex(crypto.getRandomValues(new Uint8Array(16))) },
    body: JSON.stringify({ vkey, proof }),
  });
  if (!answer.ok) {
    await forget(partner);
    throw new Error(String(answer.status));
  }
  location.reload();
}

// A key file of `wayproof sign new-key`: PRIVATE+KEY+name+id+base64 of 1 and the seed. Returns whether it is the one.
async function bring(panel, file) {
  const fields = (await file.text()).trim().split("+");
  const blob = bytesOf(fields.slice(4).join("+"));
  const name = panel.dataset.vkey.split("+")[0];
  if (fields[0] !== "PRIVATE" || fields[3] !== panel.dataset.vkey.split("+")[1] || blob[0] !== ED25519) return false;
  const head = bytesOf("MC4CAQAwBQYDK2VwBCIEIA=="); // PKCS #8 of an Ed25519 seed (RFC 8410)
  const key = await crypto.subtle.importKey("pkcs8", joined(head, blob.slice(1)), "Ed25519", false, ["sign"]);
  const probe = text.encode(`wayproof/partner-key/probe\n${name}\n`);
  const signature = await crypto.subtle.sign("Ed25519", key, probe);
  const publicBytes = bytesOf(panel.dataset.vkey.split("+").slice(2).join("+")).slice(1);
  const verifier = await crypto.subtle.importKey("raw", publicBytes, "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", verifier, signature, probe))) return false;
  await keep(panel.dataset.partner, { vkey: panel.dataset.vkey, key });
  return true;
}

async function showPanel(panel) {
  const state = document.getElementById("browser-state");
  const say = (sentence) => Object.assign(state, { textContent: sentence, hidden: false });
  const rows = { make: false, bring: false, forget: false };
  const mine = await held(panel.dataset.partner);
  if (mine && mine.vkey === panel.dataset.vkey) {
    state.textContent = panel.dataset.holds;
    rows.forget = true;
  } else {
    state.textContent = "";
    state.hidden = true;
    rows[panel.dataset.vkey ? "bring" : "make"] = true;
  }
  for (const [name, shown] of Object.entries(rows)) document.getElementById(`${name}-row`).hidden = !shown;
  const failing = (act) => async (event) => {
    try {
      await act(event);
    } catch {
      say(panel.dataset.failed);
    }
  };
  document.getElementById("make").onclick = failing(() => make(panel));
  document.getElementById("forget").onclick = failing(async () => (await forget(panel.dataset.partner), location.reload()));
  document.getElementById("bring").onchange = failing(async (event) => {
    if (await bring(panel, event.target.files[0])) location.reload();
    else say(panel.dataset.other);
  });
}

// ---- the form

async function signAndSend(form, voice, mine) {
  const draft = new FormData(form);
  draft.set("draft", "1");
  draft.delete("_key");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(draft) });
  if (answer.status === 422) {
    voice.textContent = voice.dataset.wrong;
    return form.submit(); // the page that comes back says which field
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const { document: event, log } = await answer.json();
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  const said = hex(await labelled("wayproof/said/v1", text.encode(log), nonce, text.encode(event)));
  const signature = await sign(mine.key, `wayproof/signed-event/v1\n${log}\n${said}\n`);
  const fields = { document: event, signed_key: mine.vkey.split("+")[1], signed_nonce: b64(nonce), signed_signature: signature };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
}

async function readyForm(form) {
  const mine = await held(form.dataset.partner);
  if (!mine || mine.vkey.split("+")[1] !== form.dataset.key) return;
  const voice = document.getElementById("voice");
  voice.textContent = voice.dataset.signs;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.first");
    button.disabled = true;
    try {
      await signAndSend(form, voice, mine);
    } catch {
      voice.textContent = voice.dataset.failed;
      button.disabled = false;
    }
  });
}

const able = globalThis.crypto?.subtle && globalThis.indexedDB;
const panel = document.getElementById("browser");
const form = document.getElementById("report");
if (form && able) readyForm(form).catch(() => {});
if (panel) {
  const cannot = () => (document.getElementById("browser-state").textContent = panel.dataset.cannot);
  if (able) showPanel(panel).catch(cannot);
  else cannot();
}
