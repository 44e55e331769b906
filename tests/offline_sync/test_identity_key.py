"""The kiosk's signing key: one for each enrolment, closed to others, never written over."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from offline_sync.errors import KeyUnreadable, KeyUnsafe, SigningKeyMissing
from offline_sync.identity_key import key_names, load_signer, make_signer, remove_unused


def key_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("signing-*"))


def test_a_key_that_was_made_is_the_one_that_signs_later(tmp_path: Path) -> None:
    name, signer = make_signer(tmp_path, None)
    (file,) = key_files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_signer(tmp_path, name).public_key == signer.public_key


def test_a_key_whose_enrolment_had_no_answer_is_taken_again(tmp_path: Path) -> None:
    name, signer = make_signer(tmp_path, None)
    assert make_signer(tmp_path, None)[0] == name
    assert make_signer(tmp_path, "another")[1].public_key == signer.public_key


def test_a_new_enrolment_has_a_new_key_and_the_old_one_stays_until_it_is_in_use(
    tmp_path: Path,
) -> None:
    old, _ = make_signer(tmp_path, None)
    before = key_files(tmp_path)[0].read_bytes()
    new, _ = make_signer(tmp_path, old)
    assert new != old
    assert key_names(tmp_path) == sorted((old, new))
    assert (tmp_path / f"signing-{old}.key").read_bytes() == before
    remove_unused(tmp_path, new)
    assert key_names(tmp_path) == [new]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("store.key", "signing-of-the-lease.key", "signing-0123456789abcdef.key.old"):
        (tmp_path / name).write_text("x")
    name, _ = make_signer(tmp_path, None)
    remove_unused(tmp_path, name)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_key_that_is_gone_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyMissing) as missing:
        load_signer(tmp_path, "0123456789abcdef")
    assert "--replace" in missing.value.next_step
    assert key_files(tmp_path) == [], "and none is made in its place"


def test_a_key_that_others_can_read_or_that_is_none_is_not_used(tmp_path: Path) -> None:
    name, _ = make_signer(tmp_path, None)
    (file,) = key_files(tmp_path)
    file.chmod(0o644)
    with pytest.raises(KeyUnsafe):
        load_signer(tmp_path, name)
    file.chmod(0o600)
    file.write_text("not a key")
    with pytest.raises(KeyUnreadable):
        load_signer(tmp_path, name)
