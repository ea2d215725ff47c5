// The button on the page of an order that asks to be told by this browser. Without it, or without script, mail remains.

const box = document.getElementById("push");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const post = (path, body) =>
  fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

async function current() {
  const worker = await navigator.serviceWorker.getRegistration("/static/");
  return worker ? worker.pushManager.getSubscription() : null;
}

function show(isOn, said) {
  box.querySelector("[data-start]").hidden = isOn;
  box.querySelector("[data-stop]").hidden = !isOn;
  box.querySelector("[role=status]").textContent = said ? box.dataset[said] : "";
}

async function start() {
  const worker = await navigator.serviceWorker.register(box.dataset.worker, { scope: "/static/" });
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
  const subscription = (await worker.pushManager.getSubscription()) || (await worker.pushManager.subscribe(options));
  const { endpoint, keys } = subscription.toJSON();
  const answer = await post(box.dataset.path, { endpoint, keys, language: document.documentElement.lang });
  if (!answer.ok) throw new Error(String(answer.status));
  show(true, "on");
}

async function stop() {
  const subscription = await current();
  if (subscription) await post(`${box.dataset.path}/stop`, { endpoint: subscription.endpoint });
  show(false, "off");
}

const act = (what) => () => what().catch(() => show(what === stop, "failed"));

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  box.hidden = false;
  box.querySelector("[data-start]").addEventListener("click", act(start));
  box.querySelector("[data-stop]").addEventListener("click", act(stop));
}
