"""What a first view of the desk weighs: bytes over the wire and requests, with an empty cache, in a real browser.

    python -m benchmarks pages

A fresh demo book of 2,000 customers on a database of its own, the web server as ``keyuan serve`` starts it, the system's
Chromium. Figures are Chromium's own (``encodedDataLength``: headers and compressed bodies).
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tools.browser import find

from benchmarks.ground import Ground, write_results

CUSTOMERS = 2000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LIMIT_KB, LIMIT_REQUESTS = 250, 15
PAGES = {
    "my day": "/",
    "a customer, whole": "/desk/customers/{number}/",
    "the list of customers": "/desk/customers/",
    "condition queries": "/desk/queries/",
}


def weigh(browser: Browser, base: str, path: str, cookies: list[Any]) -> tuple[int, int]:
    """Bytes and requests of the first view of ``path`` for somebody who is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    seen: list[int] = []
    wire.on("Network.loadingFinished", lambda event: seen.append(int(event["encodedDataLength"])))
    page.goto(base + path)
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    context.close()
    return sum(seen), len(seen)


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", "hotline")
    page.fill("input[name=password]", "keyuan-demo-2026")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{base}/")


def main(_arguments: list[str]) -> None:
    ground = Ground("pages")
    ground.run("-m", "keyuan.cli", "demo", "--customers", str(CUSTOMERS), "--seed", "1")
    with ground.connect() as connection:
        row = connection.execute("SELECT number FROM customers_customer ORDER BY id LIMIT 1").fetchone()
    number = row[0] if row else ""
    results = []
    with ground.server() as port, sync_playwright() as playwright:
        base = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        entry = browser.new_context()
        sign_in(entry.new_page(), base)
        cookies = entry.cookies()
        print(
            f"{'first view, empty cache':28}{'kB':>8}{'requests':>10}   limit {LIMIT_KB} kB, {LIMIT_REQUESTS} requests"
        )
        for name, path in PAGES.items():
            size, count = weigh(browser, base, path.format(number=number), cookies)
            results.append({"page": name, "bytes": size, "requests": count})
            within = "within" if size <= LIMIT_KB * 1000 and count <= LIMIT_REQUESTS else "over"
            print(f"{name:28}{size / 1000:8.0f}{count:10}   {within}")
        browser.close()
    print(f"\nkept as {write_results('pages', results)}")
