"""What is kept and how it travels: the record catalogue, the encrypted store, the wire, the client.

Importing the package settles which SQLite everything uses (see `offline_sync.driver`).
It never imports care, devices, kiosk or hub.
"""

from offline_sync import driver as _driver  # noqa: F401  - binds sqlite-utils before its first use
