"""The check that a passport's page makes by itself, in Chromium slowed four times, against 50 ms.

From the octets of the proofs to the verdict on every shown step; the network is left out. A new page each time, so
that nothing is warm: a phone checks a passport once.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.figure import Figure
from bench.passport_page import served
from bench.stock import stock

LIMIT_MS = 50.0
SLOWED = 4
ITEMS = 60
REPETITIONS = 3
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
    const start = performance.now();
    const { proofs } = strictJson(strictText(answer));
    const { results } = await check(proofs, shown, { vkeys: section.dataset.keys.split(" "), engine });
    const took = performance.now() - start;
    return { took, count: proofs.length, results: Object.values(results), engine: engine.name };
}"""


def measure(folder: Path) -> list[Figure]:
    """One passport of a house that has many."""
    from playwright.sync_api import sync_playwright

    path = stock(folder, datetime.now(UTC) - timedelta(hours=6), items=ITEMS)[0]
    with served(folder) as port, sync_playwright() as playwright:
        options = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
        browser = playwright.chromium.launch(args=["--no-sandbox"], **options)
        times = []
        for _ in range(REPETITIONS):
            page = browser.new_page()
            page.route("**/static/check.js?*", lambda route: route.abort())
            page.goto(f"http://127.0.0.1:{port}{path}")
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            found = page.evaluate(_CHECK)
            if found["results"] != ["ok"] * 3 or found["count"] < 6 or found["engine"] != "webcrypto":
                raise SystemExit(f"the page's check did not verify the passport: {found}")
            times.append(found["took"])
            page.close()
        browser.close()
    took = median(times)
    spread = f"{LIMIT_MS / max(times):.2f} to {LIMIT_MS / min(times):.2f}"
    name = "browser check of one passport"
    return [
        Figure(
            name, took, "ms", f"the limit in Chromium slowed {SLOWED} x", LIMIT_MS, LIMIT_MS / took, 1.0, spread
        )
    ]
