// What a reader's own device adds to a passport: times by its own clock, sharing, the last state for when there is no net.
// Without it, and without script, all that the page has to say is there.

const page = document.querySelector("[data-reader]");
const { lang } = document.documentElement;
const language = lang === "en" ? "en-GB" : lang; // as the page itself writes its dates

/** Beside each moment in the time of its place: the same in the reader's, where the two differ. */
function tellTimes() {
  const day = { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", numberingSystem: "latn" };
  const written = new Intl.DateTimeFormat(language, day);
  for (const time of document.querySelectorAll(".way time[datetime]")) {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime) ?? [];
    const at = new Date(time.dateTime);
    if (!sign || Number(`${sign}1`) * (60 * hours + Number(minutes)) === -at.getTimezoneOffset()) continue;
    const mine = document.createElement("span");
    mine.className = "mine";
    mine.textContent = page.dataset.mine.replace("{time}", written.format(at));
    time.parentElement.append(" ", mine);
  }
}

/** The button that hands the address on: by the phone's own menu, or into the clipboard. */
function offerSharing() {
  const button = page.querySelector("[data-share]");
  if (!navigator.share && !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { url } = page.dataset;
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url });
      await navigator.clipboard.writeText(url);
      page.querySelector("[role=status]").textContent = page.dataset.copied;
    } catch {
      // The reader closed the menu, or keeps the clipboard shut: the address stands beside the button.
    }
  });
}

/** Let the worker keep this page, so that its last state can be read where there is no net. */
async function keepForLater() {
  const scope = location.pathname === "/id" ? "/id" : `/${location.pathname.split("/")[1]}/`;
  const isKnown = navigator.serviceWorker.controller; // then the worker brought this page, and knows how old it is
  await navigator.serviceWorker.register(page.dataset.worker, { scope });
  if (isKnown) return;
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  active.postMessage([location.href.split("#")[0], ...files.filter((name) => /\/(static\/|theme\/|qr\.svg)/.test(name))]);
}

tellTimes();
offerSharing();
if ("serviceWorker" in navigator) addEventListener("load", () => keepForLater().catch(() => undefined));
