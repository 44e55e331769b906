"""What each Bluetooth health profile sends, one module a profile. Pure: no I/O, no clock."""
