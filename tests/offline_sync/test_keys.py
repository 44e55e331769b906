from __future__ import annotations

import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_sync.errors import (
    KeyMissing,
    KeyProviderUnavailable,
    KeyUnreadable,
    KeyUnsafe,
    StoreError,
    StoreUnavailable,
)
from offline_sync.keys import FileKeyProvider, KeyProvider, Tpm2KeyProvider, obtain_key

# Seals by base64, and refuses whatever does not look like a call of the real program.
CHIP = """#!/bin/sh
case "$1" in
encrypt) [ "$2" = --with-key=tpm2 ] && [ "$5" = - ] && [ "$6" = - ] && exec base64 ;;
decrypt) [ "$4" = - ] && exec base64 -d "$3" ;;
esac
echo "unexpected: $*" >&2
exit 1
"""


@dataclass
class Computer:
    """A computer with a chip, as far as the key provider can see."""

    folder: Path

    def __post_init__(self) -> None:
        self.device = self.folder / "tpmrm0"
        self.device.touch()
        self.program = self.folder / "systemd-creds"
        self.behaves(CHIP)

    def behaves(self, script: str) -> None:
        self.program.write_text(script)
        self.program.chmod(0o700)

    @property
    def provider(self) -> Tpm2KeyProvider:
        return Tpm2KeyProvider(
            self.folder / "key.sealed", device=self.device, program=str(self.program)
        )


def new_key(provider: KeyProvider) -> bytes:
    """A new key that `provider` keeps."""
    key = secrets.token_bytes(32)
    provider.keep(key)
    return key


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "store.key"


def test_a_file_key_is_32_random_bytes_that_only_the_owner_may_read(key_file: Path):
    provider = FileKeyProvider(key_file)
    assert provider.load() is None
    key = new_key(provider)
    assert len(key) == 32
    assert provider.load() == key
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [entry.name for entry in key_file.parent.iterdir()] == ["store.key"]
    assert not provider.protected_against_theft


def test_a_key_file_is_never_overwritten(key_file: Path):
    key = new_key(FileKeyProvider(key_file))
    with pytest.raises(StoreUnavailable, match="exists"):
        new_key(FileKeyProvider(key_file))
    assert FileKeyProvider(key_file).load() == key
    assert [entry.name for entry in key_file.parent.iterdir()] == ["store.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_key_file_open_to_others_is_refused(key_file: Path, mode: int):
    new_key(FileKeyProvider(key_file))
    key_file.chmod(mode)
    with pytest.raises(KeyUnsafe, match="open to others"):
        FileKeyProvider(key_file).load()


def test_a_key_file_of_another_owner_is_refused(key_file: Path, monkeypatch: pytest.MonkeyPatch):
    new_key(FileKeyProvider(key_file))
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    with pytest.raises(KeyUnsafe, match="another user"):
        FileKeyProvider(key_file).load()


def test_a_link_in_place_of_the_key_file_is_refused(key_file: Path, tmp_path: Path):
    new_key(FileKeyProvider(tmp_path / "elsewhere.key"))
    key_file.parent.mkdir()
    key_file.symlink_to(tmp_path / "elsewhere.key")
    with pytest.raises(KeyUnsafe):
        FileKeyProvider(key_file).load()


def test_a_folder_in_place_of_the_key_file_is_refused(key_file: Path):
    key_file.mkdir(parents=True)
    with pytest.raises(KeyUnsafe):
        FileKeyProvider(key_file).load()


@pytest.mark.parametrize("content", ["", "not a key", "00" * 31, "00" * 33, "\u00e9" * 64])
def test_a_file_that_holds_no_key_is_told_from_a_missing_one(key_file: Path, content: str):
    new_key(FileKeyProvider(key_file))
    key_file.write_text(content)
    with pytest.raises(KeyUnreadable):
        FileKeyProvider(key_file).load()


def test_the_chip_seals_a_key_and_gives_it_back(computer: Computer):
    assert computer.provider.load() is None
    key = new_key(computer.provider)
    assert len(key) == 32
    assert computer.provider.load() == key
    assert computer.provider.protected_against_theft
    assert key not in (computer.folder / "key.sealed").read_bytes()


def test_without_a_chip_no_key_is_made_there(tmp_path: Path):
    provider = Tpm2KeyProvider(tmp_path / "key.sealed", device=tmp_path / "absent")
    assert not provider.available
    assert provider.load() is None
    with pytest.raises(KeyProviderUnavailable):
        new_key(provider)


def test_a_sealed_key_on_a_computer_without_the_chip_is_not_replaced(computer: Computer):
    new_key(computer.provider)
    computer.device.unlink()
    with pytest.raises(KeyUnreadable, match="lacks"):
        obtain_key([computer.provider, FileKeyProvider(computer.folder / "k")], False)
    assert not (computer.folder / "k").exists()


@pytest.mark.parametrize(
    "script", ["#!/bin/sh\necho 'TPM is locked out' >&2\nexit 1\n", "#!/no/such/shell\n"]
)
def test_a_chip_that_refuses_to_open_a_key_says_so(computer: Computer, script: str):
    new_key(computer.provider)
    computer.behaves(script)
    with pytest.raises(KeyUnreadable):
        computer.provider.load()


@pytest.mark.parametrize(
    "unseal", ["exec head -c 32 /dev/zero", "exec head -c 5 /dev/zero", "exit 1"]
)
def test_a_chip_that_does_not_give_the_key_back_is_not_used(computer: Computer, unseal: str):
    computer.behaves(CHIP.replace('exec base64 -d "$3"', unseal))
    obtained = obtain_key([computer.provider, FileKeyProvider(computer.folder / "k")], False)
    assert obtained.provider_name == "file"
    assert computer.provider.load() is None


def test_the_key_is_never_among_the_arguments_of_the_chips_program(computer: Computer):
    log = computer.folder / "log"
    computer.behaves(CHIP.replace("#!/bin/sh\n", f'#!/bin/sh\necho "$*" >> {log}\n'))
    key = new_key(computer.provider)
    assert key.hex() not in log.read_text()


def test_the_first_provider_that_can_makes_the_key(computer: Computer, key_file: Path):
    file = FileKeyProvider(key_file)
    assert obtain_key([computer.provider, file], False).provider_name == "tpm2"
    assert not key_file.exists()


def test_the_key_that_exists_is_used_even_when_an_earlier_provider_could_make_one(
    computer: Computer, key_file: Path
):
    key = new_key(FileKeyProvider(key_file))
    obtained = obtain_key([computer.provider, FileKeyProvider(key_file)], True)
    assert (obtained.key, obtained.provider_name) == (key, "file")
    assert not obtained.protected_against_theft
    assert computer.provider.load() is None


def test_no_key_is_made_where_a_database_exists(computer: Computer, key_file: Path):
    with pytest.raises(KeyMissing):
        obtain_key([computer.provider, FileKeyProvider(key_file)], True)
    assert not key_file.exists()
    assert computer.provider.load() is None


def test_without_any_place_for_a_key_there_is_none(tmp_path: Path):
    with pytest.raises(KeyProviderUnavailable):
        obtain_key([Tpm2KeyProvider(tmp_path / "s", device=tmp_path / "absent")], False)


def test_a_key_is_not_shown_in_logs(key_file: Path):
    obtained = obtain_key([FileKeyProvider(key_file)], False)
    assert obtained.key.hex() not in repr(obtained)
    assert repr(obtained.key) not in repr(obtained)


def _all_errors(kind: type[StoreError]) -> set[type[StoreError]]:
    return {kind}.union(*(_all_errors(sub) for sub in kind.__subclasses__()))


def test_every_error_tells_the_person_what_to_do():
    for kind in _all_errors(StoreError):
        assert kind.next_step.endswith(".")
        assert kind.__doc__
