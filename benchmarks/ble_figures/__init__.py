"""The figures of `benchmarks/ble.py`, one module each. Not benchmarks of their own."""
