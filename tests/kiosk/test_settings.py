"""What a kiosk remembers about itself: kept here, and never on its way anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.records.settings import HubSetting, counter_record_id, hub, keep_hub
from offline_sync.database import open_reader
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store

HUB = HubSetting("https://hub.example", "坑口村", "kiosk-1", "A" * 43, "0123456789abcdef")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as store:
        yield store


def test_a_new_kiosk_has_no_hub(store: Store) -> None:
    assert hub(store.connection) is None


def test_the_hub_is_read_on_another_connection_after_it_was_kept(
    store: Store, tmp_path: Path
) -> None:
    keep_hub(store, HUB)
    reader = open_reader(tmp_path / "kiosk.db", TEST_KEY)
    assert hub(reader) == HUB
    reader.close()


def test_a_new_address_takes_the_place_of_the_old_one(store: Store) -> None:
    keep_hub(store, HUB)
    moved = replace(HUB, url="https://new.example")
    keep_hub(store, moved)
    assert hub(store.connection) == moved
    assert store.connection.execute("SELECT count(*) FROM setting").fetchone() == (1,)


def test_a_counter_keeps_its_record_id_for_the_life_of_the_kiosk(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        gate, bridge = counter_record_id(store, "gate"), counter_record_id(store, "橋頭")
        assert counter_record_id(store, "gate") == gate != bridge
    with open_test_store(tmp_path) as store:
        assert counter_record_id(store, "gate") == gate
        assert counter_record_id(store, "橋頭") == bridge


def test_settings_never_travel(store: Store) -> None:
    keep_hub(store, HUB)
    counter_record_id(store, "gate")
    assert store.outbox_counts().total == 0


def test_a_setting_that_a_transaction_undoes_is_not_kept(store: Store) -> None:
    with pytest.raises(LookupError), store.transaction():  # noqa: PT012 - the block is the test
        keep_hub(store, HUB)
        raise LookupError
    assert hub(store.connection) is None
