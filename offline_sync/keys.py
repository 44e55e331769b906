"""Where a key of 32 bytes is kept: in the security chip (TPM 2.0), else in a file.

The key of the encrypted store is kept so, and so is the one that the kiosk signs with.

A key is made once. It is never overwritten, never logged, never on a command line, and no new
key is ever made where a database already exists: that would only hide that the old one is lost.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from offline_sync.database import KEY_LENGTH, file_error, sync_directory
from offline_sync.errors import (
    KeyMissing,
    KeyProviderUnavailable,
    KeyUnreadable,
    KeyUnsafe,
)

_STORE_CREDENTIAL: Final = "smart-village-kiosk-store"
_CHIP_TIMEOUT_S: Final = 30


class KeyProvider(Protocol):
    """One way of keeping the key."""

    @property
    def name(self) -> str:
        """Short name for the log and the technician's page."""
        ...

    @property
    def protected_against_theft(self) -> bool:
        """Whether someone who takes the disk away still cannot read the records."""
        ...

    def load(self) -> bytes | None:
        """The key, or None when this provider keeps none. Raises StoreError when it cannot tell."""
        ...

    def keep(self, key: bytes) -> None:
        """Keep this key, where none is yet. Raises KeyProviderUnavailable where it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class ObtainedKey:
    """The key, and how well it is kept."""

    key: bytes = field(repr=False)
    provider_name: str
    protected_against_theft: bool


def obtain_key(providers: Sequence[KeyProvider], database_exists: bool) -> ObtainedKey:
    """The key of the first provider that has one; without a database, else a new one.

    Raises:
        KeyMissing: there is a database, but no provider has a key.
        KeyUnreadable, KeyUnsafe: a provider has a key that must not or cannot be used.
    """
    for provider in providers:
        key = provider.load()
        if key is not None:
            return _obtained(key, provider)
    if database_exists:
        raise KeyMissing("The store of this kiosk is here, but its key is not.")
    return keep_key(providers, secrets.token_bytes(KEY_LENGTH))


def keep_key(providers: Sequence[KeyProvider], key: bytes) -> ObtainedKey:
    """Keep a new key, or one that came from another computer, with the first that can.

    Raises:
        KeyProviderUnavailable: none of them can.
        StoreUnavailable, StoreFull: its file cannot be written, or there is one already.
    """
    for provider in providers:
        with suppress(KeyProviderUnavailable):
            provider.keep(key)
            return _obtained(key, provider)
    raise KeyProviderUnavailable("There is no place on this computer to keep a key.")


def _obtained(key: bytes, provider: KeyProvider) -> ObtainedKey:
    return ObtainedKey(key, provider.name, provider.protected_against_theft)


class FileKeyProvider:
    """A file that only its owner may read. Whoever takes the disk has the key with it."""

    name = "file"
    protected_against_theft = False

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    def load(self) -> bytes | None:
        """The key from the file, after checking that nobody else could have read or set it."""
        content = _read_private(self._path)
        if content is None:
            return None
        try:
            key = bytes.fromhex(content.decode("ascii"))
        except ValueError as error:
            raise KeyUnreadable(f"The key file {self._path} does not hold a key.") from error
        return _checked_length(key, self._path)

    def keep(self, key: bytes) -> None:
        """Write the key into a new file."""
        _write_private(self._path, f"{key.hex()}\n".encode())


class Tpm2KeyProvider:
    """The key sealed by this computer's TPM 2.0 through systemd-creds.

    The sealed file opens only on this computer, and only while its firmware trusts the same boot
    chain (PCR 7). The plain key passes through pipes, never through a file or an argument.
    """

    name = "tpm2"
    protected_against_theft = True

    def __init__(
        self,
        path: Path | str,
        *,
        device: Path | str = "/dev/tpmrm0",
        program: str = "systemd-creds",
        credential: str = _STORE_CREDENTIAL,
    ) -> None:
        """`credential` is the name that is sealed with the key: it opens under no other."""
        self._path = Path(path)
        self._credential = credential
        self._device = Path(device)
        self._program = program

    @property
    def available(self) -> bool:
        """Whether this computer has the chip and the program that speaks to it."""
        return self._device.exists() and shutil.which(self._program) is not None

    def load(self) -> bytes | None:
        """The key unsealed by the chip; None when no key was ever sealed here."""
        if _read_private(self._path) is None:
            return None
        if not self.available:
            raise KeyUnreadable("The key is sealed by a security chip that this computer lacks.")
        return self._unseal(self._path)

    def keep(self, key: bytes) -> None:
        """Seal the key, and unseal it once to be sure that it can be."""
        if not self.available:
            raise KeyProviderUnavailable("This computer has no usable security chip (TPM 2.0).")
        sealed = self._run(
            ["encrypt", "--with-key=tpm2", "--tpm2-pcrs=7", f"--name={self._credential}", "-", "-"],
            key,
        )
        _write_private(self._path, sealed)
        try:
            returned = self._unseal(self._path)
        except KeyUnreadable as error:
            self._path.unlink()  # made a moment ago; nothing is encrypted with it
            raise KeyProviderUnavailable(
                "The security chip sealed a key that it cannot open."
            ) from error
        if returned != key:
            self._path.unlink()
            raise KeyProviderUnavailable("The security chip gave back another key.")

    def _unseal(self, path: Path) -> bytes:
        try:
            key = self._run(["decrypt", f"--name={self._credential}", str(path), "-"], b"")
        except KeyProviderUnavailable as error:
            raise KeyUnreadable(f"The security chip does not open the key: {error}") from error
        return _checked_length(key, path)

    def _run(self, arguments: list[str], content: bytes) -> bytes:
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=content,
                capture_output=True,
                timeout=_CHIP_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KeyProviderUnavailable(
                f"{self._program} did not answer ({type(error).__name__})."
            ) from error
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip()
            raise KeyProviderUnavailable(f"{self._program} refused: {reason}")
        return done.stdout


def _checked_length(key: bytes, path: Path) -> bytes:
    if len(key) != KEY_LENGTH:
        raise KeyUnreadable(f"The key in {path} has {len(key)} bytes instead of {KEY_LENGTH}.")
    return key


def _read_private(path: Path) -> bytes | None:
    """The content of a file that only this user can reach; None when there is no such file."""
    try:
        # NONBLOCK, for a pipe in its place must not hold up the start.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyUnsafe(
            f"The key file {path} cannot be opened as a plain file: {error.strerror}."
        ) from error
    try:
        _refuse_unsafe(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _refuse_unsafe(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyUnsafe(f"The key file {path} is not a plain file.")
    if status.st_uid != os.geteuid():
        raise KeyUnsafe(f"The key file {path} belongs to another user.")
    if status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise KeyUnsafe(f"The key file {path} is open to others ({mode:o}).")


def _write_private(path: Path, content: bytes) -> None:
    """Write a new file that appears complete or not at all, and never over another one."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(unfinished, path)  # fails where a file is already; a rename would replace it
        finally:
            unfinished.unlink()
        sync_directory(path.parent)
    except OSError as error:
        raise file_error(error, f"The key file {path} cannot be made") from error
