"""How far a push takes the chain of its stream, and whether its ops are those of its kiosk.

Each run of numbers is compared as it comes: from where the chain was recomputed, from a claim that
an earlier push left, or from the kiosk's word for an op that it still holds back. So a hole keeps
no altered op from being found, and what fills it is compared with nothing but itself.
Nothing is refused for ever: of several ops the push is refused, so that the kiosk sends fewer; one
that comes alone is put aside, and the chain goes on from the kiosk's word.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection

from hub.chain import (
    ALTERED,
    BROKEN,
    HOLE,
    UNREADABLE,
    ChainBroken,
    Claim,
    Line,
    Walk,
    claims,
    kept_lines,
)
from hub.set_based import set_claims
from hub.streams import Forked, Stream
from offline_sync.wire import Push, runs

log = logging.getLogger(__name__)

_NONE_ALTERED: Final[frozenset[int]] = frozenset()


def extended(connection: Connection, stream: Stream, push: Push) -> tuple[Stream, frozenset[int]]:
    """The stream with a push: its highest op, and its chain as far as it is recomputed now. With
    it the numbers of the ops that are not those that the kiosk wrote, to be put aside.

    Raises:
        ChainBroken: one of several ops is not the one that the kiosk wrote.
        Forked: the kiosk has given a number twice.
    """
    if not push.lines:
        return stream, _NONE_ALTERED
    last = push.lines[-1].seq
    grown = replace(stream, highest_seq=max(stream.highest_seq, last))
    if last <= stream.verified_seq:
        return grown, _NONE_ALTERED
    seen: dict[int, Claim] = {}
    if stream.highest_seq > stream.verified_seq:
        # Some are here beyond a hole.
        first = max(stream.verified_seq + 1, push.lines[0].seq - 1)
        seen = claims(connection, stream.number, first, last)
    growth = _Growth(stream.verified_seq, stream.verified_chain, seen)
    altered = growth.take_runs(push)
    if growth.verified > stream.verified_seq and stream.highest_seq > growth.verified:
        growth.go_on_behind(connection, stream)
    set_claims(connection, [(stream.number, *claim) for claim in growth.new.values()])
    grown = replace(grown, verified_seq=growth.verified, verified_chain=growth.chain)
    return grown, altered


@dataclass(slots=True)
class _Growth:
    """Guards how far the chain holds (`verified`, `chain`), the kiosk's word beyond, and which
    claims are new or say something else now."""

    verified: int
    chain: str
    seen: dict[int, Claim]
    new: dict[int, Claim] = field(default_factory=dict)

    def take_runs(self, push: Push) -> frozenset[int]:
        """Compare each run of the push; gives what was altered. Raises ChainBroken."""
        try:
            for seq, chain in push.said.items():
                self._take_word(seq, chain)
            for run in runs(push.lines):
                self._take_run(run, push.said)
        except ChainBroken:
            if len(push.lines) > 1:
                raise
            (line,) = push.lines
            log.error("the change %s is not the one that its kiosk wrote", line.op_id)
            self._claim(line.seq, push.said[line.seq], line.seq - 1, ALTERED)
            return frozenset({line.seq})
        return _NONE_ALTERED

    def _take_word(self, seq: int, chain: str) -> None:
        """What the kiosk says of an op must be what it said before. Of one that was recomputed
        here, another word means another op: the kiosk was put back and holds that one back."""
        if seq == self.verified and chain != self.chain:
            raise Forked(f"The hub has another change under the number {seq}.")
        known = self.seen.get(seq)
        if known is not None and known.chain != chain:
            raise ChainBroken(seq)

    def _take_run(self, run: Sequence[Line], said: Mapping[int, str]) -> None:
        first, last = run[0].seq, run[-1].seq
        if last <= self.verified:
            return
        start = max(first - 1, self.verified)
        before = self._at(start) or said.get(start)
        if before is None:
            self._claim(last, said[last], None, HOLE)
            return
        if start > self.verified and start not in self.seen:
            self._claim(start, before, None, HOLE)
        walk = Walk(start, bytes.fromhex(before))
        behind = {seq: claim.chain for seq, claim in self.seen.items() if seq > start}
        walk.go_on(run[start + 1 - first :], behind | {last: said[last]})
        self._claim(last, said[last], start, UNREADABLE if walk.trusted else HOLE)

    def _at(self, seq: int) -> str | None:
        if seq == self.verified:
            return self.chain
        return self.seen[seq].chain if seq in self.seen else None

    def _claim(self, seq: int, chain: str, after: int | None, why: str) -> None:
        """Keep the kiosk's word at an op, and go on from it where nothing is missing before it."""
        known = self.seen.get(seq)
        if known is None:
            claim = Claim(seq, chain, after, why)
        elif known.after is None:
            # What came behind it was compared with what was said then.
            claim = known._replace(after=after, why=why)
        else:
            claim = known
        self.seen[seq] = claim
        if claim is not known and not (self._reach(claim) and why == HOLE):
            self.new[seq] = claim
        else:
            self._reach(claim)

    def _reach(self, claim: Claim) -> bool:
        """Whether all that is up to this claim is recomputed now."""
        if claim.after is None or not claim.after <= self.verified < claim.seq:
            return False
        self.verified, self.chain = claim.seq, claim.chain
        return True

    def go_on_behind(self, connection: Connection, stream: Stream) -> None:
        """A hole was filled: go on over what is here behind it."""
        self.seen = claims(connection, stream.number, self.verified + 1) | {
            seq: claim for seq, claim in self.seen.items() if seq > self.verified
        }
        for claim in sorted(self.seen.values()):
            if self._reach(claim) or claim.after is not None or claim.seq <= self.verified:
                continue
            lines = list(kept_lines(connection, stream.number, self.verified + 1, claim.seq))
            if len(lines) < claim.seq - self.verified:
                return
            self._compare_late(claim, lines)

    def _compare_late(self, claim: Claim, lines: Sequence[Line]) -> None:
        """Ops that came when nothing before them was known. They were taken: what is wrong with
        them is told, and nothing that comes now is refused for it."""
        walk = Walk(self.verified, bytes.fromhex(self.chain))
        try:
            walk.go_on(lines, {claim.seq: claim.chain})
            why = UNREADABLE if walk.trusted else HOLE
        except ChainBroken as broken:
            log.error("changes were altered before they could be compared: %s", broken)
            why = BROKEN
        compared = claim._replace(after=self.verified, why=why)
        self._reach(compared)
        if why != HOLE:
            self.new[claim.seq] = compared
