"""Alembic's migrations of the hub's database: explicit, frozen, never edited after a release."""
