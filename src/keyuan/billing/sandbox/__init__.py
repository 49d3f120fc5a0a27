"""A payment gateway to try things with: a process of its own that speaks Alipay's signed protocol over HTTP.

It imports nothing of Keyuan and nothing of Django: what passes between the two is only what would pass to Alipay. State
lies in SQLite, written through to the disk, so that killing it loses nothing. Money in it is not money.
"""
