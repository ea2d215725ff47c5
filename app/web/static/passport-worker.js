// Keeps the last passports that a phone opened, and shows one with its age where the site cannot be reached.
//
// It watches over Digital Links only (its scope is one of their first segments, such as /01/), so no page behind a login
// or a secret link ever comes by it; and what its sender marks as private is not kept. While the site answers, its answer
// is what is shown, whatever it says.

const SHELF = "passports";
const MOST = { page: 8, file: 16 };

const kind = (url) => (/^\/(static\/|theme\/|qr\.svg$)/.test(new URL(url).pathname) ? "file" : "page");
const isWorth = ({ status, headers }) => status === 200 && !/no-store|private/.test(headers.get("Cache-Control") ?? "");

/** Keep what was answered to a question of `askedAt`; not what broke off on the way, nor what came after a newer one. */
async function keep(url, answer, askedAt) {
  const [shelf, headers, body] = [await caches.open(SHELF), new Headers(answer.headers), await answer.blob()];
  const held = await shelf.match(url, { ignoreVary: true });
  if (held?.headers.get("X-Seen") > askedAt) return;
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // the body is unpacked by now
  headers.set("X-Seen", askedAt);
  await shelf.delete(url, { ignoreVary: true });
  await shelf.put(url, new Response(body, { headers }));
  const alike = (await shelf.keys()).filter((each) => kind(each.url) === kind(url));
  for (const old of alike.slice(0, -MOST[kind(url)])) await shelf.delete(old, { ignoreVary: true });
}

function age(milliseconds, language) {
  const minutes = Math.round(milliseconds / 60_000);
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat(`${language}-u-nu-latn`).format(-count, unit);
}

async function last(request) {
  const shelf = await caches.open(SHELF);
  const { pathname } = new URL(request.url);
  // A Digital Link names its thing in the path: rather another language of it than nothing.
  const like = { ignoreVary: true, ignoreSearch: !["/id", "/qr.svg"].includes(pathname) };
  const kept = (await shelf.match(request, { ignoreVary: true })) ?? (await shelf.match(request, like));
  if (!kept || kind(request.url) === "file") return kept ?? Response.error();
  const html = await kept.text();
  const told = age(Date.now() - kept.headers.get("X-Seen"), /<html lang="(\w+)"/.exec(html)[1]);
  return new Response(html.replace("data-offline hidden", "data-offline").replace("<bdi data-age>", `<bdi data-age>${told}`), kept);
}

async function answer(event) {
  const [{ request }, askedAt] = [event, Date.now()];
  const told = await fetch(request).catch(() => null);
  if (!told) return last(request);
  if (isWorth(told)) event.waitUntil(keep(request.url, told.clone(), askedAt));
  return told;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const isOurs = new URL(url).origin === self.location.origin;
  if (method === "GET" && isOurs && (mode === "navigate" || kind(url) === "file")) event.respondWith(answer(event));
});
// The page that brought the worker was opened before it. It is asked for again, so that its age is true; of a page or
// file that has not changed, the browser has the body already.
self.addEventListener("message", (event) => {
  const bring = async (url) => {
    const askedAt = Date.now();
    const told = await fetch(url);
    if (isWorth(told)) await keep(url, told, askedAt);
  };
  event.waitUntil(Promise.all(event.data.map(bring)));
});
