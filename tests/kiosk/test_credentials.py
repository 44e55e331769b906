"""The hashes as they ship."""

from __future__ import annotations

from argon2 import Type, extract_parameters

from kiosk import credentials


def test_the_shipped_hashes_keep_to_asvs() -> None:
    parameters = extract_parameters(credentials.hash_secret("tea and typhoon"))
    assert parameters.type is Type.ID
    assert parameters.time_cost >= 2
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.salt_len >= 16


def test_one_secret_gives_a_new_hash_each_time() -> None:
    assert credentials.hash_secret("tea and typhoon") != credentials.hash_secret("tea and typhoon")


def test_full_width_and_plain_letters_are_one_passphrase() -> None:
    kept = credentials.hash_secret("tea and typhoon")
    assert credentials.matches(kept, "ｔｅａ and typhoon")
    assert not credentials.matches(kept, "Tea and typhoon")


def test_an_unmatchable_hash_costs_and_refuses_like_a_real_one() -> None:
    made = credentials.unmatchable_hash()
    real = credentials.hash_secret("village demo")
    assert made.split("$")[:4] == real.split("$")[:4]
    assert [len(part) for part in made.split("$")] == [len(part) for part in real.split("$")]
    assert not credentials.matches(made, "village demo")
    assert not credentials.is_outdated(made)
    assert made != credentials.unmatchable_hash()
