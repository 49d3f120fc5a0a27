"""The pages of the sandbox: a checkout for a thumb, without a script."""

from __future__ import annotations

import sqlite3
from html import escape

from keyuan.billing.sandbox.trades import yuan

PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="{root}style.css"></head>
<body><p class="sandbox">{sandbox}</p><main>{body}</main></body></html>"""

STYLE = """
:root { color-scheme: light dark; --paper: #f4f6f6; --card: #fff; --ink: #16211f; --dim: #55625f; --do: #0f5e59;
  --on-do: #fff; --line: #cfd7d5; --note: #7a4b00; --note-paper: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --paper: #121817; --card: #1b2423; --ink: #e8efed; --dim: #a3b1ae;
  --do: #5cc2b8; --on-do: #06201d; --line: #37443f; --note: #ffd98a; --note-paper: #33290f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.6 system-ui, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
.sandbox { margin: 0; padding: 8px 16px; text-align: center; background: var(--note-paper); color: var(--note);
  font-size: 15px; }
main { max-width: 440px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 22px; margin: 16px 0 8px; text-align: center; }
.amount { font-size: 42px; font-weight: 600; text-align: center; margin: 8px 0; font-variant-numeric: tabular-nums; }
.amount small { font-size: 24px; }
.dim { color: var(--dim); text-align: center; margin: 4px 0; overflow-wrap: anywhere; }
button, .button { display: block; width: 100%; min-height: 52px; margin: 12px 0 0; padding: 12px 16px; font: inherit;
  text-align: center; text-decoration: none; border: 1px solid var(--line); border-radius: 10px; background: var(--card);
  color: var(--ink); cursor: pointer; }
.do { background: var(--do); color: var(--on-do); border-color: var(--do); font-weight: 600; font-size: 19px;
  margin-top: 28px; }
:focus-visible { outline: 3px solid var(--do); outline-offset: 2px; }
small { display: block; color: var(--dim); font-size: 14px; }
details { margin-top: 28px; border-top: 1px solid var(--line); padding-top: 12px; }
summary { min-height: 44px; padding: 8px 0; cursor: pointer; color: var(--dim); }
"""
BUTTONS = ("later", "repeat", "lost", "wrong", "forged")


def _page(words: dict[str, str], body: str, root: str) -> bytes:
    lang = "zh-CN" if words["title"].startswith("沙箱") else "en"
    return PAGE.format(
        lang=lang, title=escape(words["title"]), sandbox=escape(words["sandbox"]), root=root, body=body
    ).encode()


def checkout(trade: sqlite3.Row, words: dict[str, str], *, root: str) -> bytes:
    """What is to be paid, and every way it can go."""
    number = escape(trade["trade_no"])
    more = "".join(f'<button name="do" value="{name}">{escape(words[name])}</button>' for name in BUTTONS)
    until = words["until"].format(until=(trade["expires"] or "")[5:16])
    body = f"""<p class="dim">{escape(words["pay_to"])}</p><p class="amount"><small>¥</small>{yuan(trade["cents"])}</p>
<h1>{escape(trade["subject"])}</h1><p class="dim">{escape(trade["number"])}</p><p class="dim">{escape(until)}</p>
<form method="post" action="{root}cashier/{number}">
<button class="do" name="do" value="pay">{escape(words["pay"])}</button>
<button name="do" value="fail">{escape(words["fail"])}<small>{escape(words["fail_help"])}</small></button>
<details><summary>{escape(words["more"])}</summary>{more}</details></form>"""
    # One line for the amount: the sign stands beside it.
    return _page(words, body.replace("<small>¥</small>", "¥&nbsp;"), root)


def told(words: dict[str, str], what: str, *, root: str, back: str = "", again: str = "") -> bytes:
    """What came of it, and the ways on."""
    links = f'<a class="button do" href="{root}cashier/{escape(again)}">{escape(words["again"])}</a>' if again else ""
    if back:
        links += f'<a class="button" href="{escape(back)}">{escape(words["back"])}</a>'
    sentence = escape(words.get(f"{what}_help", ""))
    return _page(words, f'<h1>{escape(words[what])}</h1><p class="dim">{sentence}</p>{links}', root)
