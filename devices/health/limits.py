"""Every time limit of a measuring session, in seconds, in one place.

Nothing here is waited out when it need not be: each is the most a step may take.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the kiosk; tests pass shorter ones."""

    connect_s: float = 20.0
    rather_another_s: float = 3.0  # another instrument is waited for when one has failed,
    failed_lately_s: float = 600.0  # within so long: a neighbour's must not hold up everybody
    connect_tries: int = 3
    connect_total_s: float = 44.0  # an A&D stays awake for about a minute after measuring
    subscribe_s: float = 5.0
    read_s: float = 2.0  # one read of the instrument's details
    write_s: float = 3.0
    pair_s: float = 60.0  # a person reads six digits and types them
    pair_connect_s: float = 30.0  # it may ask while it connects; the kernel waits 30 s for answers
    refused_grace_s: float = 1.0  # a call that needs a pairing which was refused never returns
    gone_grace_s: float = 0.5  # an answer may still be on its way when the link has dropped
    unsubscribe_s: float = 2.0
    disconnect_s: float = 12.0  # BlueZ keeps the link about 2 s, bleak waits up to 10 s
    quiet_s: float = 4.0  # silence after a frame that ends the session
    most_frames: int = 4_096  # of one session: no instrument stores as many
    same_delivery_s: float = 2.0  # equal frames without a time stamp, this close: one, seen twice
    stable_samples: int = 8  # of a continuous oximeter, one after another,
    stable_s: float = 5.0  # and for at least so long, however fast it sends
    records_silence_s: float = 10.0  # a meter that has been asked for its records
    records_busy_s: float = 0.3  # and says that it is busy: ask again after this,
    records_busy_tries: int = 10  # so many times
    adapter_grace_s: float = 2.0  # a restart of bluetoothd is shorter
    weighing_age_s: float = 5.0  # a weight that was advertised longer before is not this person's
    sighting_age_s: float = 10.0  # older news of an instrument is not acted on
    rescan_every_s: float = 300.0  # a scan that has died in silence is found out by starting anew
    discovery_gap_s: float = 5.0  # BlueZ may stop to discover for a moment
    power_cycle_after: int = 3  # scans in a row that failed on an adapter that is on
    restart_after: int = 6  # and then the Bluetooth service is asked to start again
    bus_call_s: float = 10.0
    retry_first_s: float = 0.2
    retry_longest_s: float = 30.0
