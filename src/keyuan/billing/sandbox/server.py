"""The sandbox over HTTP: the merchant's calls, the buyer's pages, the bill."""

from __future__ import annotations

import secrets
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

from keyuan.billing.sandbox import bill, pages, protocol, sending
from keyuan.billing.sandbox.keys import keys_in
from keyuan.billing.sandbox.store import Store
from keyuan.billing.sandbox.texts import texts
from keyuan.billing.sandbox.trades import DELAYED, SUCCESS, WAIT, No, Trades, cents_of

PAGES = ("alipay.trade.page.pay", "alipay.trade.wap.pay")
MOST = 64_000


class Sandbox:
    """The server with its state in ``folder``; listens from the start, notifies in a thread of its own."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0, delayed: float = DELAYED) -> None:
        keys = keys_in(folder)
        self.store = Store(folder / "state.db")
        self.trades = Trades(self.store, keys, delayed=delayed)
        handler = type("Handler", (Handler,), {"trades": self.trades})
        self.http = ThreadingHTTPServer((host, port), handler)
        self.http.daemon_threads = True
        self.stop = Event()
        self._sender = Thread(target=sending.send_until, args=(self.store, self.stop), daemon=True)

    @property
    def port(self) -> int:
        return int(self.http.server_address[1])

    def serve(self) -> None:
        """Until ``shut`` is called."""
        self._sender.start()
        self.http.serve_forever(poll_interval=0.1)

    def shut(self) -> None:
        """Stop listening and sending; what is on the disk stays."""
        self.stop.set()
        self.http.shutdown()
        self.http.server_close()
        if self._sender.is_alive():
            self._sender.join(10)
        self.store.close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    trades: Trades
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, MOST)).decode(errors="replace")
        self._answer(dict(parse_qsl(body, keep_blank_values=True)))

    def _answer(self, posted: dict[str, str]) -> None:
        asked = urlsplit(self.path)
        values = {**dict(parse_qsl(asked.query, keep_blank_values=True)), **posted}
        parts = asked.path.strip("/").split("/")
        if parts == ["gateway.do"]:
            self._gateway(values)
        elif parts[0] == "cashier" and len(parts) == 2:
            self._cashier(parts[1], posted.get("do", "") if self.command == "POST" else "")
        elif parts[0] == "bill" and len(parts) == 3:
            self._bill(parts[1], parts[2].removesuffix(".zip"))
        elif parts == ["style.css"]:
            self._send(200, pages.STYLE.encode(), "text/css; charset=utf-8")
        elif parts == ["healthz"]:
            self._send(200, b"up", "text/plain")
        else:
            self._send(404, b"not found", "text/plain")

    def _gateway(self, values: dict[str, str]) -> None:
        if values.get("method") not in PAGES:
            base = f"http://{self.headers.get('Host', '')}"
            return self._send(200, protocol.answer(values, self.trades, base=base), "application/json; charset=utf-8")
        words = self._words()
        try:
            content = protocol.asked_of(values, self.trades)
            opened = self.trades.open(
                str(content["out_trade_no"]),
                subject=str(content["subject"]),
                cents=cents_of(str(content["total_amount"])),
                notify_url=values.get("notify_url", ""),
                return_url=values.get("return_url", ""),
                expires=str(content.get("time_expire", "")),
            )
        except (protocol.Refused, KeyError, ValueError):
            return self._send(400, pages.told(words, "refused", root=""))
        trade = None if isinstance(opened, No) else self.trades.by_trade_no(opened)
        if trade is None:
            return self._send(400, pages.told(words, "refused", root=""))
        return self._show(trade, words, root="")

    def _show(self, trade: sqlite3.Row, words: dict[str, str], *, root: str) -> None:
        if trade["status"] == WAIT:
            return self._send(200, pages.checkout(trade, words, root=root))
        if trade["status"] == SUCCESS:
            return self._send(200, pages.told(words, "paid", root=root, back=self._back(trade)))
        return self._send(200, pages.told(words, "closed", root=root, back=trade["return_url"]))

    def _cashier(self, trade_no: str, do: str) -> None:
        words, root = self._words(), "../"
        trade = self.trades.by_trade_no(trade_no)
        if trade is None:
            return self._send(404, pages.told(words, "refused", root=root))
        if do == "fail":
            page = pages.told(words, "failed", root=root, back=trade["return_url"], again=trade_no)
            return self._send(200, page)
        if do == "forged":
            self.trades.forge(trade["number"])
            return self._send(200, pages.told(words, "sent", root=root, back=trade["return_url"], again=trade_no))
        notices = self._notices(do)
        if notices is None:
            return self._show(trade, words, root=root)
        cents = trade["cents"] - min(100, trade["cents"] - 1) if do == "wrong" else trade["cents"]
        self.trades.pay(trade["number"], cents=cents, notices=notices)
        trade = self.trades.by_trade_no(trade_no) or trade
        back = self._back(trade)
        if trade["status"] == SUCCESS and back:
            return self._send(303, b"", "text/plain", back)
        return self._show(trade, words, root=root)

    def _notices(self, do: str) -> tuple[float, ...] | None:
        """After how many seconds the merchant is told; None: nothing was paid."""
        known = {"pay": (0.0,), "later": (self.trades.delayed,), "repeat": (0.0, 0.0, 2.0), "lost": (), "wrong": (0.0,)}
        return known.get(do)

    def _back(self, trade: sqlite3.Row) -> str:
        """Where the browser goes after paying, with the signed fields that Alipay adds."""
        if not trade["return_url"]:
            return ""
        told = self.trades.told(trade)
        names = ("app_id", "out_trade_no", "trade_no", "total_amount", "seller_id", "charset", "version")
        values = {name: told[name] for name in names} | {"method": PAGES[0], "nonce": secrets.token_hex(8)}
        url: str = trade["return_url"]
        return f"{url}{'&' if '?' in url else '?'}{urlencode(self.trades.signed(values))}"

    def _bill(self, token: str, day: str) -> None:
        if not secrets.compare_digest(token.encode(), protocol.token_of(day, self.trades).encode()):
            return self._send(404, b"not found", "text/plain")
        return self._send(200, bill.zipped(self.trades, day), "application/zip")

    def _words(self) -> dict[str, str]:
        return texts(self.headers.get("Accept-Language", ""))

    def _send(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: addresses hold what is paid for."""
