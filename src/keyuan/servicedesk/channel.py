"""Where the web servers hear of notices. By itself, so that they can listen without knowing any table."""

from typing import Final

#: The PostgreSQL channel (LISTEN, NOTIFY). A message is a JSON list: {"user", "id", "kind", "title", "url"} of a notice,
#: or {"user", "read"} when somebody's notices were marked as read.
CHANNEL: Final = "keyuan_live"
