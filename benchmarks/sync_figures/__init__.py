"""What the benchmarks of the sync share: a hub, a kiosk, their records, the bytes between."""
