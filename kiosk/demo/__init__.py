"""The demo: an invented village, simulated instruments on the real device code, the tour."""
