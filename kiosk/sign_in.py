"""Signing in with no network: the passphrase at the start of a shift, the PIN within it.

Each failed try is counted on disk before the secret is looked at, so that a power cut gives
no free try, and the delays that follow from the counts survive a restart. A worker's tries
and the kiosk's are counted apart. Nothing here deletes anything, and a name that nobody has
costs the same work and meets the same delays as one that somebody has.

Delays and clocks. While the kiosk runs, a delay is measured on the monotonic clock, which
nobody can set. After a restart only the wall clock is left: a delay then never lasts longer
than it did at first, and when the clock stands before the failure (set back, or its battery
is dead) the delay starts again in full. A clock set forward across a restart ends a delay
early, but the count stays, and the next failure waits longer.

A disk that refuses must not keep the workers out, for somebody may be calling for them. The
tries of this run are then counted in memory, and each wrong one waits as long as its rule
knows; the right secret is let in. Counts and audit entries follow when the disk takes them
again; a restart before that forgets them, and the log says which entries these are.
"""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk import credentials
from kiosk.records import staff
from kiosk.records.audit import audit_entry
from kiosk.records.staff import Attempts, Credential
from kiosk.shifts import Worker
from offline_sync.clock import Clock, Instant
from offline_sync.errors import StoreFull, StoreUnavailable
from offline_sync.store import Change, Store

log = logging.getLogger(__name__)

PIN_TRIES: Final = 5
"""Wrong PINs in a row before the shift is over and the passphrase is asked."""

_KIOSK_SCOPE: Final = "kiosk"
_NOTES_IN_MEMORY: Final = 500
_DISK_REFUSES: Final = (StoreFull, StoreUnavailable)


@dataclass(frozen=True, slots=True)
class DelayRule:
    """How long to wait after so many failures: some are free, then it doubles up to a limit."""

    free: int
    first_ms: int
    longest_ms: int

    def delay_ms(self, failures: int) -> int:
        """The wait after the failure that made the count `failures`."""
        beyond = failures - self.free
        if beyond < 0:
            return 0
        return min(self.first_ms << min(beyond, 30), self.longest_ms)


# A worker's own: 5 s after the third failure, doubling to 15 minutes (96 guesses a day).
PERSON_RULE: Final = DelayRule(free=3, first_ms=5_000, longest_ms=15 * 60_000)
# The kiosk's: against one guess at each of many names. It stays short, for a stranger at the
# screen must not be able to keep the workers out.
KIOSK_RULE: Final = DelayRule(free=10, first_ms=5_000, longest_ms=60_000)


class SignInRefused(Exception):
    """The kiosk did not let somebody in; `code` for the page, `next_step` for the person."""

    code = ""
    next_step = ""

    def __init__(self, wait_ms: int = 0, tries_left: int = 0) -> None:
        super().__init__(self.next_step)
        self.wait_ms = wait_ms
        self.tries_left = tries_left


class MustWait(SignInRefused):
    """Too many failures: nothing was looked at and nothing was counted."""

    code = "must_wait"
    next_step = "Wait until the time is over, then try again, or ask the supervisor."


class WrongPassphrase(SignInRefused):
    """No worker has this name with this passphrase; it is not said which of them is wrong."""

    code = "wrong_passphrase"
    next_step = "Check the name and the passphrase and try again."


class WrongPin(SignInRefused):
    """The PIN is not this worker's."""

    code = "wrong_pin"
    next_step = "Try again, or sign in with the passphrase."


class PassphraseNeeded(SignInRefused):
    """A PIN is not enough any more: too many were wrong, or the worker may not sign in here."""

    code = "passphrase_needed"
    next_step = "Sign in with name and passphrase. Everything recorded is kept."


class SignInDesk:
    """Checks secrets and counts failures. Used on the writer's thread alone."""

    def __init__(
        self, clock: Clock, matches: Callable[[str, str], bool] = credentials.matches
    ) -> None:
        self._clock = clock
        self._matches = matches
        self._until: dict[str, tuple[str, int]] = {}  # scope -> boot id, monotonic ms
        # What the disk has not taken: it counts for this run, and is written with the next try.
        self._unwritten: dict[str, Attempts] = {}
        self._unnoted: deque[tuple[Change, str]] = deque(maxlen=_NOTES_IN_MEMORY)
        self._refused = False
        # Compared when a name is unknown, so that it takes as long as a known one.
        self._nobodys_hash = credentials.unmatchable_hash()

    def with_passphrase(self, store: Store, typed_name: str, passphrase: str) -> Worker:
        """Recognise a worker at the start of a shift.

        Raises:
            MustWait: this name or this kiosk has to wait first.
            WrongPassphrase: not recognised; `wait_ms` is the delay that this brings.
        """
        people = staff.credentials_named(store.connection, typed_name)
        scope = _person_scope(people, typed_name)
        self._hold_back(store, (scope, PERSON_RULE), (_KIOSK_SCOPE, KIOSK_RULE))
        wait_ms = self._count(store, (scope, PERSON_RULE), (_KIOSK_SCOPE, KIOSK_RULE))
        hashes = [one.passphrase_hash for one in people] or [self._nobodys_hash]
        fitting = [self._matches(kept, passphrase) for kept in hashes]
        found = next((one for one, fits in zip(people, fitting, strict=False) if fits), None)
        if found is None:
            raise WrongPassphrase(wait_ms)
        scopes = (scope, _KIOSK_SCOPE, _pin_scope(found.staff_id))
        self._note(store, "sign_in", found, forget=scopes)
        if credentials.is_outdated(found.passphrase_hash):
            self._renew_hash(store, found, passphrase)
        return Worker(found.staff_id, found.name, found.role)

    def forgive(self, store: Store, staff_id: str) -> None:
        """Start this worker's counts again: a supervisor has given new secrets.

        Raises:
            StoreError: the counts could not be written.
        """
        with store.transaction():
            for scope in (_staff_scope(staff_id), _pin_scope(staff_id)):
                staff.keep_attempts(store, Attempts(scope))
                self._until.pop(scope, None)

    def with_pin(self, store: Store, staff_id: str, pin: str) -> Worker:
        """Recognise a worker whose shift is open (the caller has asked `Shifts` about that).

        Raises:
            MustWait: this worker's PIN has to wait first.
            WrongPin: not recognised; `tries_left` before the passphrase is asked.
            PassphraseNeeded: the tries are used up, or the worker may not sign in here.
        """
        scope = _pin_scope(staff_id)
        person = staff.credential(store.connection, staff_id)
        if person is None or not person.pin_hash:
            raise PassphraseNeeded()
        if self._counted(store, scope).failures >= PIN_TRIES:
            raise PassphraseNeeded()
        self._hold_back(store, (scope, PERSON_RULE))
        wait_ms = self._count(store, (scope, PERSON_RULE))
        if not self._matches(person.pin_hash, pin):
            self._count(store, (_KIOSK_SCOPE, KIOSK_RULE))
            tries_left = PIN_TRIES - self._counted(store, scope).failures
            if tries_left <= 0:
                self._note(store, "pin_used_up", person)
                raise PassphraseNeeded()
            raise WrongPin(wait_ms, tries_left)
        self._note(store, "unlock", person, forget=(scope,))
        return Worker(person.staff_id, person.name, person.role)

    def _hold_back(self, store: Store, *scopes: tuple[str, DelayRule]) -> None:
        now = self._clock.now()
        wait_ms = max(
            self._wait_ms(self._counted(store, scope), rule, now) for scope, rule in scopes
        )
        if wait_ms > 0:
            raise MustWait(wait_ms)

    def _wait_ms(self, counted: Attempts, rule: DelayRule, now: Instant) -> int:
        boot_id, until_mono_ms = self._until.get(counted.scope, ("", 0))
        if boot_id == now.boot_id:
            return max(0, until_mono_ms - now.mono_ms)
        full_ms = rule.delay_ms(counted.failures)
        if now.wall_ms < counted.last_failure_ms:
            wait_ms = full_ms
        else:
            wait_ms = min(max(0, counted.not_before_ms - now.wall_ms), full_ms)
        self._until[counted.scope] = (now.boot_id, now.mono_ms + wait_ms)
        return wait_ms

    def _counted(self, store: Store, scope: str) -> Attempts:
        """The failures of `scope`: what the disk did not take counts for more than what it has."""
        return self._unwritten.get(scope) or staff.attempts(store.connection, scope)

    def _count(self, store: Store, *scopes: tuple[str, DelayRule]) -> int:
        """One more failure for each scope, on disk; returns the longest delay it brings."""
        now = self._clock.now()
        failures = [self._counted(store, scope).failures + 1 for scope, _ in scopes]
        waits = [rule.delay_ms(n) for (_, rule), n in zip(scopes, failures, strict=True)]
        if not self._write(store, _attempts(now, scopes, failures, waits)):
            waits = [rule.longest_ms for _, rule in scopes]
            for counted in _attempts(now, scopes, failures, waits):
                self._unwritten[counted.scope] = counted
        for (scope, _), wait_ms in zip(scopes, waits, strict=True):
            self._until[scope] = (now.boot_id, now.mono_ms + wait_ms)
        return max(waits)

    def _note(
        self, store: Store, action: str, person: Credential, forget: tuple[str, ...] = ()
    ) -> None:
        """An audit entry; the counts to forget, for it was the worker after all, go with it."""
        entry = audit_entry(action, self._clock.now().wall_ms, person.staff_id)
        self._unnoted.append((entry, person.staff_id))
        zero = [Attempts(scope) for scope in forget]
        if not self._write(store, zero):
            self._unwritten |= {counted.scope: counted for counted in zero}
            log.warning("not on record yet: %s of worker %s", action, person.staff_id)
        for scope in forget:
            self._until.pop(scope, None)

    def _write(self, store: Store, counts: Sequence[Attempts]) -> bool:
        """Keep `counts`, and all that the disk refused before; False when it refuses."""
        try:
            with store.transaction():
                for counted in (*self._unwritten.values(), *counts):
                    staff.keep_attempts(store, counted)
                for entry, by in self._unnoted:
                    store.save([entry], by)
        except _DISK_REFUSES as error:
            if not self._refused:
                log.error("sign-in tries are counted in memory, for the disk refuses: %s", error)
            self._refused = True
            return False
        if self._refused:
            log.info("the disk takes sign-in tries again")
        self._refused = False
        self._unwritten.clear()
        self._unnoted.clear()
        return True

    def _renew_hash(self, store: Store, person: Credential, passphrase: str) -> None:
        renewed = credentials.hash_secret(passphrase)
        now_ms = self._clock.now().wall_ms
        try:
            staff.keep_hashes(store, person.staff_id, renewed, person.pin_hash, now_ms)
        except _DISK_REFUSES as error:
            log.warning("a hash is renewed at the next sign-in, not now: %s", error)


def _attempts(
    now: Instant,
    scopes: Sequence[tuple[str, DelayRule]],
    failures: Sequence[int],
    waits: Sequence[int],
) -> list[Attempts]:
    return [
        Attempts(scope, count, now.wall_ms + wait_ms, now.wall_ms)
        for (scope, _), count, wait_ms in zip(scopes, failures, waits, strict=True)
    ]


def _person_scope(people: list[Credential], typed_name: str) -> str:
    if people:
        return _staff_scope(people[0].staff_id)
    # Names that nobody has share 4,096 counts, so that typing at random cannot fill the disk;
    # what was typed is not kept (it may be a passphrase in the wrong box).
    digest = hashlib.sha256(staff.sign_in_name(typed_name).encode()).hexdigest()
    return f"name:{digest[:3]}"


def _staff_scope(staff_id: str) -> str:
    return f"staff:{staff_id}"


def _pin_scope(staff_id: str) -> str:
    return f"pin:{staff_id}"
