"""Signing in on the real encrypted store, with a clock that the test drives and restarts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from kiosk import credentials
from kiosk.credentials import SecretRefused
from kiosk.records import staff
from kiosk.records.staff import StaffRefused, create_first_supervisor, enrol
from kiosk.roles import Role
from kiosk.shifts import Worker
from kiosk.sign_in import (
    KIOSK_RULE,
    PERSON_RULE,
    PIN_TRIES,
    MustWait,
    PassphraseNeeded,
    SignInDesk,
    SignInRefused,
    WrongPassphrase,
    WrongPin,
)
from offline_sync.errors import StoreError, StoreFull, StoreUnavailable
from offline_sync.store import Change
from tests.builders import open_test_store, resident_change
from tests.kiosk.staff_desk import NAME, PASSPHRASE, PIN, DrivenClock, quick_hashes

HOUR = 3_600_000


class Kiosk:
    """A store, and the desk of the process that runs now."""

    def __init__(self, folder: Path) -> None:
        self.clock = DrivenClock()
        self.store = open_test_store(folder)
        self.compared: list[str] = []
        self.desk = self._new_desk()

    def _new_desk(self) -> SignInDesk:
        def matches(kept: str, secret: str) -> bool:
            self.compared.append(kept)
            return credentials.matches(kept, secret)

        return SignInDesk(self.clock, matches)

    def reboot(self, off_ms: int = 20_000) -> None:
        self.clock.reboot(off_ms)
        self.desk = self._new_desk()

    def try_passphrase(self, name: str = NAME, passphrase: str = "not this one") -> SignInRefused:
        with pytest.raises(SignInRefused) as refused:
            self.desk.with_passphrase(self.store, name, passphrase)
        return refused.value

    def try_pin(self, staff_id: str, pin: str = "999111") -> SignInRefused:
        with pytest.raises(SignInRefused) as refused:
            self.desk.with_pin(self.store, staff_id, pin)
        return refused.value

    def fail_until_delayed(self, name: str = NAME) -> int:
        """Wrong passphrases until one brings a delay; returns that delay."""
        while True:
            refused = self.try_passphrase(name)
            assert isinstance(refused, WrongPassphrase)
            if refused.wait_ms:
                return refused.wait_ms

    def sign_in(self, name: str = NAME, passphrase: str = PASSPHRASE) -> Worker:
        return self.desk.with_passphrase(self.store, name, passphrase)


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    kiosk = Kiosk(tmp_path)
    yield kiosk
    kiosk.store.close()


@pytest.fixture
def wong(kiosk: Kiosk) -> str:
    return create_first_supervisor(kiosk.store, kiosk.clock, NAME, PASSPHRASE, PIN)


# ---- who can sign in


def test_a_new_kiosk_lets_nobody_in(kiosk: Kiosk) -> None:
    assert not staff.anyone_can_sign_in(kiosk.store.connection)
    for name, passphrase in (("admin", "admin"), ("", ""), ("supervisor", "00000000")):
        assert isinstance(kiosk.try_passphrase(name, passphrase), WrongPassphrase)


def test_the_first_supervisor_signs_in(kiosk: Kiosk, wong: str) -> None:
    assert kiosk.sign_in() == Worker(wong, NAME, Role.SUPERVISOR)


@pytest.mark.parametrize(
    "typed", ["黃詠詩", "Wong Wing Sze", "wong wing sze", "WONGWINGSZE", "  黃詠詩 Wong Wing Sze "]
)
def test_either_script_of_a_name_signs_in(kiosk: Kiosk, wong: str, typed: str) -> None:
    assert kiosk.sign_in(typed).staff_id == wong


@pytest.mark.parametrize("typed", ["", " ", "Wong", "黃", "%", "Wing Sze Wong"])
def test_a_part_of_a_name_is_not_a_name(kiosk: Kiosk, wong: str, typed: str) -> None:
    assert isinstance(kiosk.try_passphrase(typed, PASSPHRASE), WrongPassphrase)


def test_a_second_first_supervisor_is_refused(kiosk: Kiosk, wong: str) -> None:
    with pytest.raises(StaffRefused) as refused:
        create_first_supervisor(kiosk.store, kiosk.clock, "Ho", "another long one", "246801")
    assert refused.value.code == "not_first"
    assert len(staff.credentials(kiosk.store.connection)) == 1


def test_two_workers_cannot_sign_in_with_one_name(kiosk: Kiosk, wong: str) -> None:
    with pytest.raises(StaffRefused) as refused:
        enrol(
            kiosk.store,
            kiosk.clock,
            "wong  wing sze",
            Role.VOLUNTEER,
            "another long one",
            "246801",
            wong,
        )
    assert refused.value.code == "name_taken"


def test_a_worker_who_left_cannot_sign_in(kiosk: Kiosk, wong: str) -> None:
    kiosk.store.save([Change("staff", wong, {"status": "left"})], "test")
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), WrongPassphrase)
    assert isinstance(kiosk.try_pin(wong, PIN), PassphraseNeeded)


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("short12", "passphrase_short"),
        ("x" * 129, "passphrase_long"),
        ("aaaaaaaaaaaa", "passphrase_easy"),
        ("Wong Wing Sze", "passphrase_easy"),
    ],
)
def test_an_easy_passphrase_is_refused(kiosk: Kiosk, passphrase: str, code: str) -> None:
    with pytest.raises(SecretRefused) as refused:
        create_first_supervisor(kiosk.store, kiosk.clock, "Wong Wing Sze", passphrase, PIN)
    assert refused.value.code == code
    assert refused.value.next_step
    assert kiosk.store.outbox_counts().total == 0


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "pin_digits"),
        ("1234567", "pin_digits"),
        ("12a456", "pin_digits"),
        ("١٢٣٤٥٦", "pin_digits"),
        ("111111", "pin_easy"),
        ("123456", "pin_easy"),
        ("987654", "pin_easy"),
    ],
)
def test_an_easy_pin_is_refused(kiosk: Kiosk, pin: str, code: str) -> None:
    with pytest.raises(SecretRefused) as refused:
        create_first_supervisor(kiosk.store, kiosk.clock, "Wong Wing Sze", PASSPHRASE, pin)
    assert refused.value.code == code


def test_a_passphrase_of_eight_han_characters_is_accepted(kiosk: Kiosk) -> None:
    create_first_supervisor(kiosk.store, kiosk.clock, "Ho", "朝早飲茶食叉燒飽", PIN)
    assert kiosk.sign_in("ho", "朝早飲茶食叉燒飽").name == "Ho"


def test_secrets_are_not_in_the_store_as_they_were_typed(kiosk: Kiosk, wong: str) -> None:
    kiosk.try_passphrase("a passphrase in the wrong box", "x")
    tables = ("staff", "staff_credential", "sign_in_attempt", "audit")
    everything = "\n".join(
        str(row)
        for table in tables
        for row in kiosk.store.connection.query(f"SELECT * FROM {table}")
    )
    for secret in (PASSPHRASE, PIN, "a passphrase in the wrong box"):
        assert secret not in everything


def test_hashes_of_older_parameters_are_renewed_at_sign_in(kiosk: Kiosk, wong: str) -> None:
    old = PasswordHasher(2, 16, 1).hash(PASSPHRASE)
    pin_hash = staff.credentials(kiosk.store.connection)[0].pin_hash
    staff.keep_hashes(kiosk.store, wong, old, pin_hash, 0)
    kiosk.sign_in()
    kept = staff.credentials(kiosk.store.connection)[0].passphrase_hash
    assert kept != old
    assert not credentials.is_outdated(kept)
    kiosk.sign_in()


# ---- delays


def test_the_first_failures_cost_no_time(kiosk: Kiosk, wong: str) -> None:
    waits = [kiosk.try_passphrase().wait_ms for _ in range(PERSON_RULE.free - 1)]
    assert waits == [0] * (PERSON_RULE.free - 1)
    assert kiosk.sign_in().staff_id == wong


def test_delays_double_up_to_the_longest(kiosk: Kiosk, wong: str) -> None:
    waits = []
    for _ in range(14):
        refused = kiosk.try_passphrase()
        waits.append(refused.wait_ms)
        kiosk.clock.pass_ms(max(refused.wait_ms, KIOSK_RULE.longest_ms))
    own = [PERSON_RULE.delay_ms(count) for count in range(1, 15)]
    assert [max(a, b) for a, b in zip(waits, own, strict=True)] == waits
    assert own[2:6] == [5_000, 10_000, 20_000, 40_000]
    assert own[-1] == PERSON_RULE.longest_ms


def test_even_the_right_passphrase_waits(kiosk: Kiosk, wong: str) -> None:
    wait_ms = kiosk.fail_until_delayed()
    kiosk.compared.clear()
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert isinstance(refused, MustWait)
    assert refused.wait_ms == wait_ms
    assert kiosk.compared == []
    kiosk.clock.pass_ms(wait_ms - 1)
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), MustWait)
    kiosk.clock.pass_ms(1)
    assert kiosk.sign_in().staff_id == wong


def test_waiting_people_are_not_counted_again(kiosk: Kiosk, wong: str) -> None:
    wait_ms = kiosk.fail_until_delayed()
    for _ in range(20):
        kiosk.try_passphrase()
    kiosk.clock.pass_ms(wait_ms)
    assert kiosk.sign_in().staff_id == wong


def test_success_starts_the_count_again(kiosk: Kiosk, wong: str) -> None:
    kiosk.clock.pass_ms(kiosk.fail_until_delayed())
    kiosk.sign_in()
    assert [kiosk.try_passphrase().wait_ms for _ in range(PERSON_RULE.free - 1)] == [0, 0]


def test_one_workers_failures_do_not_delay_another(kiosk: Kiosk, wong: str) -> None:
    ho = enrol(
        kiosk.store, kiosk.clock, "Ho Pui Shan", Role.VOLUNTEER, "a long enough one", "246801", wong
    )
    kiosk.fail_until_delayed()
    assert kiosk.sign_in("Ho Pui Shan", "a long enough one").staff_id == ho
    assert isinstance(kiosk.try_passphrase(), MustWait)


def test_guesses_at_many_names_delay_the_kiosk(kiosk: Kiosk, wong: str) -> None:
    waits = [kiosk.try_passphrase(f"guess {number}").wait_ms for number in range(KIOSK_RULE.free)]
    assert waits[:-1] == [0] * (KIOSK_RULE.free - 1)
    assert waits[-1] == KIOSK_RULE.first_ms
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), MustWait)
    kiosk.clock.pass_ms(KIOSK_RULE.first_ms)
    assert kiosk.sign_in().staff_id == wong


def test_a_stranger_cannot_keep_workers_out_for_long(kiosk: Kiosk, wong: str) -> None:
    for number in range(40):
        kiosk.clock.pass_ms(kiosk.try_passphrase(f"guess {number}").wait_ms)
    kiosk.try_passphrase("one more guess")
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert isinstance(refused, MustWait)
    assert refused.wait_ms <= KIOSK_RULE.longest_ms <= 60_000


def test_a_kiosk_delay_does_not_stop_a_pin(kiosk: Kiosk, wong: str) -> None:
    kiosk.sign_in()
    for number in range(KIOSK_RULE.free):
        kiosk.try_passphrase(f"guess {number}")
    assert kiosk.desk.with_pin(kiosk.store, wong, PIN).staff_id == wong


# ---- restarts and clocks


def test_a_delay_survives_a_restart(kiosk: Kiosk, wong: str) -> None:
    for _ in range(8):
        wait_ms = kiosk.fail_until_delayed()
        kiosk.clock.pass_ms(wait_ms)
    wait_ms = kiosk.fail_until_delayed()
    kiosk.reboot(off_ms=20_000)
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert isinstance(refused, MustWait)
    assert refused.wait_ms == wait_ms - 20_000
    kiosk.clock.pass_ms(wait_ms - 20_000)
    assert kiosk.sign_in().staff_id == wong


def test_counts_survive_a_restart(kiosk: Kiosk, wong: str) -> None:
    kiosk.try_passphrase()
    kiosk.try_passphrase()
    kiosk.reboot()
    assert kiosk.try_passphrase().wait_ms == PERSON_RULE.first_ms


def test_a_try_counts_before_it_is_looked_at(kiosk: Kiosk, wong: str) -> None:
    """A power cut between the look and the count would otherwise give endless free tries."""

    def power_cut(_kept: str, _secret: str) -> bool:
        raise KeyboardInterrupt

    desk = SignInDesk(kiosk.clock, power_cut)
    with pytest.raises(KeyboardInterrupt):
        desk.with_passphrase(kiosk.store, NAME, PASSPHRASE)
    assert staff.attempts(kiosk.store.connection, f"staff:{wong}").failures == 1


def test_setting_the_clock_forward_while_running_does_not_end_a_delay(
    kiosk: Kiosk, wong: str
) -> None:
    wait_ms = kiosk.fail_until_delayed()
    kiosk.clock.set_wall_by(24 * HOUR)
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), MustWait)
    kiosk.clock.pass_ms(wait_ms)
    assert kiosk.sign_in().staff_id == wong


def test_setting_the_clock_back_while_running_does_not_change_a_delay(
    kiosk: Kiosk, wong: str
) -> None:
    wait_ms = kiosk.fail_until_delayed()
    kiosk.clock.set_wall_by(-24 * HOUR)
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert isinstance(refused, MustWait)
    assert refused.wait_ms == wait_ms


def test_a_clock_set_back_across_a_restart_starts_the_delay_again(kiosk: Kiosk, wong: str) -> None:
    wait_ms = kiosk.fail_until_delayed()
    kiosk.clock.set_wall_by(-365 * 24 * HOUR)
    kiosk.reboot()
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert isinstance(refused, MustWait)
    assert refused.wait_ms == wait_ms
    kiosk.clock.pass_ms(wait_ms)
    assert kiosk.sign_in().staff_id == wong


def test_a_clock_put_right_across_a_restart_never_makes_a_delay_longer(
    kiosk: Kiosk, wong: str
) -> None:
    kiosk.clock.set_wall_by(400 * 24 * HOUR)
    wait_ms = kiosk.fail_until_delayed()
    kiosk.clock.set_wall_by(-400 * 24 * HOUR)
    kiosk.reboot()
    refused = kiosk.try_passphrase(passphrase=PASSPHRASE)
    assert refused.wait_ms <= wait_ms


def test_a_clock_set_forward_across_a_restart_keeps_the_count(kiosk: Kiosk, wong: str) -> None:
    wait_ms = kiosk.fail_until_delayed()
    kiosk.clock.set_wall_by(24 * HOUR)
    kiosk.reboot()
    assert kiosk.try_passphrase().wait_ms == 2 * wait_ms


# ---- PIN


def test_a_pin_is_recognised(kiosk: Kiosk, wong: str) -> None:
    assert kiosk.desk.with_pin(kiosk.store, wong, PIN) == Worker(wong, NAME, Role.SUPERVISOR)


def test_a_pin_is_not_a_passphrase_and_a_passphrase_is_not_a_pin(kiosk: Kiosk, wong: str) -> None:
    assert isinstance(kiosk.try_passphrase(passphrase=PIN), WrongPassphrase)
    assert isinstance(kiosk.try_pin(wong, PASSPHRASE), WrongPin)


def test_wrong_pins_use_up_the_tries_until_the_passphrase_is_needed(
    kiosk: Kiosk, wong: str
) -> None:
    left = []
    for _ in range(PIN_TRIES - 1):
        refused = kiosk.try_pin(wong)
        assert isinstance(refused, WrongPin)
        left.append(refused.tries_left)
        kiosk.clock.pass_ms(refused.wait_ms)
    assert left == [4, 3, 2, 1]
    assert isinstance(kiosk.try_pin(wong), PassphraseNeeded)
    kiosk.compared.clear()
    kiosk.clock.pass_ms(HOUR)
    assert isinstance(kiosk.try_pin(wong, PIN), PassphraseNeeded)
    assert kiosk.compared == []
    kiosk.sign_in()
    assert kiosk.desk.with_pin(kiosk.store, wong, PIN).staff_id == wong


def test_used_up_pin_tries_stay_used_up_after_a_restart(kiosk: Kiosk, wong: str) -> None:
    for _ in range(PIN_TRIES):
        kiosk.clock.pass_ms(kiosk.try_pin(wong).wait_ms)
    kiosk.reboot()
    assert isinstance(kiosk.try_pin(wong, PIN), PassphraseNeeded)


def test_a_right_pin_does_not_forgive_wrong_passphrases(kiosk: Kiosk, wong: str) -> None:
    kiosk.try_passphrase()
    kiosk.try_passphrase()
    kiosk.desk.with_pin(kiosk.store, wong, PIN)
    assert kiosk.try_passphrase().wait_ms == PERSON_RULE.first_ms


def test_a_worker_without_a_pin_needs_the_passphrase(kiosk: Kiosk, wong: str) -> None:
    with kiosk.store.transaction() as db:
        db.execute("UPDATE staff_credential SET pin_hash = NULL")
    assert isinstance(kiosk.try_pin(wong, PIN), PassphraseNeeded)
    assert kiosk.sign_in().staff_id == wong


# ---- a disk that refuses


class RefusingDisk:
    """A store whose every unit of work is refused, until the disk is mended."""

    def __init__(self, kiosk: Kiosk, patch: pytest.MonkeyPatch, error: StoreError) -> None:
        self._patch = patch

        @contextmanager
        def refuse() -> Iterator[None]:
            raise error
            yield

        patch.setattr(kiosk.store, "transaction", refuse)

    def mend(self) -> None:
        self._patch.undo()


@pytest.fixture(params=[StoreFull, StoreUnavailable])
def refusing(
    kiosk: Kiosk, wong: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> RefusingDisk:
    return RefusingDisk(kiosk, monkeypatch, request.param("refused"))


def audited(kiosk: Kiosk) -> list[str]:
    rows = kiosk.store.connection.execute("SELECT action FROM audit ORDER BY at, id").fetchall()
    return [row[0] for row in rows]


def test_a_full_disk_keeps_nobody_out(kiosk: Kiosk, wong: str, refusing: RefusingDisk) -> None:
    assert kiosk.sign_in().staff_id == wong
    assert kiosk.desk.with_pin(kiosk.store, wong, PIN).staff_id == wong


def test_wrong_secrets_wait_longest_while_the_disk_refuses(
    kiosk: Kiosk, wong: str, refusing: RefusingDisk
) -> None:
    refused = kiosk.try_passphrase()
    assert (refused.code, refused.wait_ms) == ("wrong_passphrase", PERSON_RULE.longest_ms)
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), MustWait)
    assert kiosk.try_passphrase("nobody").wait_ms <= KIOSK_RULE.longest_ms
    kiosk.clock.pass_ms(PERSON_RULE.longest_ms)
    assert kiosk.sign_in().staff_id == wong
    assert kiosk.try_passphrase().code == "wrong_passphrase"


def test_pin_tries_are_used_up_while_the_disk_refuses(
    kiosk: Kiosk, wong: str, refusing: RefusingDisk
) -> None:
    for left in (4, 3, 2, 1):
        refused = kiosk.try_pin(wong)
        assert (refused.tries_left, refused.wait_ms) == (left, PERSON_RULE.longest_ms)
        kiosk.clock.pass_ms(refused.wait_ms)
    assert isinstance(kiosk.try_pin(wong), PassphraseNeeded)
    assert isinstance(kiosk.try_pin(wong, PIN), PassphraseNeeded)
    kiosk.clock.pass_ms(KIOSK_RULE.longest_ms)
    assert kiosk.sign_in().staff_id == wong
    assert kiosk.desk.with_pin(kiosk.store, wong, PIN).staff_id == wong


def test_what_the_disk_refused_is_written_when_it_takes_it_again(
    kiosk: Kiosk, wong: str, refusing: RefusingDisk
) -> None:
    before = audited(kiosk)
    kiosk.sign_in()
    for _ in range(2):
        kiosk.clock.pass_ms(HOUR)
        kiosk.try_passphrase()
    assert audited(kiosk) == before
    refusing.mend()
    kiosk.clock.pass_ms(HOUR)
    kiosk.try_passphrase()
    assert audited(kiosk) == [*before, "sign_in"]
    assert staff.attempts(kiosk.store.connection, f"staff:{wong}").failures == 3
    kiosk.reboot(off_ms=1_000)
    assert isinstance(kiosk.try_passphrase(passphrase=PASSPHRASE), MustWait)


def test_a_refusing_disk_is_logged_once_and_each_missing_entry_by_itself(
    kiosk: Kiosk, wong: str, refusing: RefusingDisk, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk.try_passphrase()
    kiosk.clock.pass_ms(HOUR)
    kiosk.sign_in()
    kiosk.desk.with_pin(kiosk.store, wong, PIN)
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "counted in memory" in line] == said[:1]
    assert said[1:] == [
        f"not on record yet: {what} of worker {wong}" for what in ("sign_in", "unlock")
    ]


def test_a_disk_that_refuses_after_the_look_lets_the_worker_in(
    kiosk: Kiosk, wong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.try_passphrase()

    def fills_up(kept: str, secret: str) -> bool:
        RefusingDisk(kiosk, monkeypatch, StoreFull("disk full"))
        return credentials.matches(kept, secret)

    desk = SignInDesk(kiosk.clock, fills_up)
    assert desk.with_passphrase(kiosk.store, NAME, PASSPHRASE).staff_id == wong
    monkeypatch.undo()
    desk.with_pin(kiosk.store, wong, PIN)
    assert staff.attempts(kiosk.store.connection, f"staff:{wong}").failures == 0


# ---- nobody learns who works here


def test_an_unknown_name_costs_the_same_work_as_a_known_one(kiosk: Kiosk, wong: str) -> None:
    statements: list[str] = []
    kiosk.store.connection.conn.set_trace_callback(statements.append)
    work = []
    for name in (NAME, "Nobody At All"):
        statements.clear()
        kiosk.compared.clear()
        kiosk.try_passphrase(name)
        parameters = [extract_parameters(kept) for kept in kiosk.compared]
        work.append((len(statements), parameters))
    kiosk.store.connection.conn.set_trace_callback(None)
    assert work[0] == work[1]


def test_an_unknown_name_meets_the_same_delays_as_a_known_one(kiosk: Kiosk, wong: str) -> None:
    seen = []
    for name in (NAME, "Nobody At All"):
        told = []
        for _ in range(6):
            refused = kiosk.try_passphrase(name)
            told.append((refused.code, refused.wait_ms, str(refused)))
        seen.append(told)
        kiosk.clock.pass_ms(HOUR)
    assert seen[0] == seen[1]


def test_random_names_cannot_fill_the_disk(kiosk: Kiosk) -> None:
    for number in range(300):
        kiosk.clock.pass_ms(HOUR)
        kiosk.try_passphrase(f"random {number} " + "x" * 1000)
    scopes = kiosk.store.connection.execute("SELECT scope FROM sign_in_attempt").fetchall()
    assert all(len(scope) <= 8 for (scope,) in scopes)


# ---- nothing is ever lost


def test_no_path_deletes_anything(kiosk: Kiosk, wong: str) -> None:
    kiosk.store.save([resident_change()], "test")
    before = kiosk.store.outbox_counts()
    statements: list[str] = []
    kiosk.store.connection.conn.set_trace_callback(statements.append)
    kiosk.sign_in()
    kiosk.clock.pass_ms(kiosk.fail_until_delayed())
    kiosk.try_passphrase("nobody")
    for _ in range(PIN_TRIES + 1):
        kiosk.clock.pass_ms(kiosk.try_pin(wong).wait_ms)
    kiosk.reboot()
    kiosk.clock.pass_ms(HOUR)
    kiosk.sign_in()
    kiosk.desk.with_pin(kiosk.store, wong, PIN)
    kiosk.store.connection.conn.set_trace_callback(None)
    verbs = {statement.split()[0].upper() for statement in statements}
    assert not verbs & {"DELETE", "DROP", "REPLACE", "VACUUM"}
    after = kiosk.store.outbox_counts()
    assert after.unsent >= before.unsent
    assert after.total >= before.total


def test_every_refusal_says_what_to_do() -> None:
    for refusal in (MustWait, WrongPassphrase, WrongPin, PassphraseNeeded):
        assert refusal.code
        assert refusal.next_step


def test_sign_ins_are_in_the_audit(kiosk: Kiosk, wong: str) -> None:
    kiosk.sign_in()
    kiosk.desk.with_pin(kiosk.store, wong, PIN)
    rows = kiosk.store.connection.execute("SELECT action, staff_id FROM audit ORDER BY id")
    assert rows.fetchall() == [("enrol", None), ("sign_in", wong), ("unlock", wong)]
