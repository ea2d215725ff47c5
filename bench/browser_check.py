"""The check that a passport's page makes by itself, in Chromium slowed four times, against 50 ms.

From the octets of the proofs to the verdict on every shown step; the network is left out. A new page each time, so
that nothing is warm: a phone checks a passport once.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure, at_most, missing
from bench.passport_page import served
from bench.stock import stock

LIMIT_MS = 50.0
SLOWED = 4
ITEMS = 60
CHROMIUM = "/usr/bin/chromium"

# The page's own script must not run as well; what it imports is imported, then the check is timed alone.
_CHECK = """async () => {
    const section = document.querySelector("[data-proofs]");
    const answer = new Uint8Array(await (await fetch(section.dataset.proofs)).arrayBuffer());
    section.remove();
    const { check } = await import("/static/check.js");
    const { bestEngine } = await import("/static/keys.js");
    const { strictJson, strictText } = await import("/static/strict.js");
    const steps = [...document.querySelectorAll("[data-entry][data-leaf]")];
    const shown = steps.map(({ dataset }) => ({ index: BigInt(dataset.entry), leaf: dataset.leaf }));
    const engine = await bestEngine();
    await new Promise((drawn) => setTimeout(drawn, 500));
    const start = performance.now();
    const { proofs } = strictJson(strictText(answer));
    const { results } = await check(proofs, shown, { vkeys: section.dataset.keys.split(" "), engine });
    const took = performance.now() - start;
    return { took, count: proofs.length, results: Object.values(results), engine: engine.name };
}"""


def measure(folder: Path) -> list[Figure]:
    """One passport of a house that has many."""
    from playwright.sync_api import Browser, sync_playwright

    name, against = "browser check of one passport", f"the limit in Chromium slowed {SLOWED} x"
    if not Path(CHROMIUM).exists():
        return [missing(name, "ms", against, 1.0, f"there is no Chromium at {CHROMIUM}")]
    path = stock(folder, datetime.now(UTC) - timedelta(hours=6), items=ITEMS)[0]

    def once(browser: Browser, address: str) -> float:
        page = browser.new_page()
        page.route("**/static/passport.js?*", lambda route: route.abort())
        page.goto(address)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        found = page.evaluate(_CHECK)
        page.close()
        if found["results"] != ["ok"] * 3 or found["count"] < 6 or found["engine"] != "webcrypto":
            raise SystemExit(f"the page's check did not verify the passport: {found}")
        return float(found["took"])

    with served(folder) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        figure = at_most(name, "ms", lambda: once(browser, f"http://127.0.0.1:{port}{path}"), against, LIMIT_MS)
        browser.close()
    return [figure]
