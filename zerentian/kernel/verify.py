"""Verifies the chain of acts and history; runs alone on an export: `python verify.py DIR [--head HEX]`.

It needs nothing but Python. An export holds `acts.txt` (one line an act or a changed row, in order),
`seals.jsonl` (the chain) and `heads.json` (the published daily heads). Exit status 0: nothing was changed
since it was sealed; 1: something was, and it is named; 2: the export can't be read.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

GENESIS = bytes(32)
MARK = 8  # bytes of an act's short digest


@dataclass
class Outcome:
    """What was looked at and what differs."""

    seals: int = 0
    acts: int = 0
    changes: int = 0
    unsealed: int = 0
    head: str = ""
    findings: list[str] = field(default_factory=list)


def head_of(new: Callable[[], Any], previous: bytes, digest: bytes, first: int, last: int) -> bytes:
    """The head of a seal: the hash over the previous head, the digest of the lines and the bounds."""
    hasher = new()
    hasher.update(previous + digest + f"{first}-{last}".encode())
    return bytes(hasher.digest())


def hasher_of(name: str) -> Callable[[], Any]:
    """A maker of hashers: sha256, or sm3 where OpenSSL has it."""
    return lambda: hashlib.new(name)


def digest_of(
    groups: Iterable[tuple[int, Iterable[bytes]]], new: Callable[[], Any]
) -> tuple[bytes, bytes, int, int, list[int]]:
    """Over the lines of some acts: digest, marks, number of acts, of changes, and acts without a record."""
    whole = new()
    marks = bytearray()
    acts = changes = 0
    orphans = []
    for act, lines in groups:
        one = new()
        recorded = False
        for line in lines:
            whole.update(line)
            one.update(line)
            if line.split(b" ", 2)[1] == b"A":
                recorded = True
                acts += 1
            else:
                changes += 1
        if not recorded:
            orphans.append(act)
        marks += act.to_bytes(8, "big") + one.digest()[:MARK]
    return whole.digest(), bytes(marks), acts, changes, orphans


def by_act(lines: Iterable[bytes]) -> Iterator[tuple[int, Iterator[bytes]]]:
    """The lines in groups of one act each."""
    return groupby(lines, key=lambda line: int(line.split(b" ", 1)[0]))


class _Ahead:
    """Groups of lines, taken up to a bound."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._groups = by_act(lines)
        self._next: tuple[int, Iterator[bytes]] | None = None
        self._over = False

    def upto(self, last: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The groups of acts up to `last`."""
        while not self._over:
            if self._next is None:
                self._next = next(self._groups, None)
                if self._next is None:
                    self._over = True
                    return
            if self._next[0] > last:
                return
            current, self._next = self._next, None
            yield current


def check_chain(
    seals: Iterable[dict[str, Any]],
    lines: Iterable[bytes],
    published: Iterable[str] = (),
    hasher: Callable[[str], Callable[[], Any]] = hasher_of,
) -> Outcome:
    """Compute every seal again from the lines; findings name the first act that differs in each."""
    outcome = Outcome()
    ahead = _Ahead(lines)
    previous, last = GENESIS, 0
    heads = set()
    for seal in seals:
        outcome.seals += 1
        new = hasher(seal["algorithm"])
        name = f"seal {seal['id']} (acts {seal['first_act']}-{seal['last_act']}, {seal['sealed_at']})"
        if bytes.fromhex(seal["previous"]) != previous or seal["first_act"] != last + 1:
            outcome.findings.append(f"{name} does not follow the seal before it: a seal was removed or changed")
            digest_of(ahead.upto(seal["first_act"] - 1), new)  # acts of the lost seal are not this one's
        digest, marks, acts, changes, orphans = digest_of(ahead.upto(seal["last_act"]), new)
        outcome.acts += acts
        outcome.changes += changes
        if digest != bytes.fromhex(seal["digest"]):
            outcome.findings.append(f"{name}: {first_difference(bytes.fromhex(seal['marks']), marks, orphans)}")
        stored = bytes.fromhex(seal["previous"]), bytes.fromhex(seal["digest"])
        head = head_of(new, *stored, seal["first_act"], seal["last_act"])
        if head != bytes.fromhex(seal["head"]):
            outcome.findings.append(f"{name}: its head does not fit its content: the seal was changed")
        previous, last = bytes.fromhex(seal["head"]), seal["last_act"]
        heads.add(seal["head"])
    outcome.head = previous.hex()
    _, _, outcome.unsealed, _, _ = digest_of(ahead.upto(2**63), hasher_of("sha256"))
    outcome.findings += [
        f"published head {head} is not in the chain: seals were removed or replaced"
        for head in published
        if head not in heads
    ]
    return outcome


def first_difference(stored: bytes, found: bytes, orphans: list[int]) -> str:
    """Which act differs first, by the short digests."""
    was, now = _marks(stored), _marks(found)
    for act in sorted(was.keys() | now.keys()):
        if act not in now:
            return f"act {act} is gone"
        if act not in was:
            return f"act {act} was put in later"
        if was[act] != now[act]:
            if act in orphans:
                return f"the record of act {act} is gone, its changes are still there"
            return f"act {act} or one of its changed rows was altered, removed or added"
    return "the digest of the seal itself was altered"


def _marks(data: bytes) -> dict[int, bytes]:
    step = 8 + MARK
    return {int.from_bytes(data[i : i + 8], "big"): data[i + 8 : i + step] for i in range(0, len(data), step)}


def check_export(folder: Path, heads: Iterable[str] = ()) -> Outcome:
    """Verify an export; `heads` are heads that the auditor noted down, besides those in the export."""
    published = json.loads((folder / "heads.json").read_text("utf-8"))
    with (folder / "seals.jsonl").open(encoding="utf-8") as chain, (folder / "acts.txt").open("rb") as lines:
        return check_chain((json.loads(line) for line in chain), lines, [*published.values(), *heads])


def report(outcome: Outcome) -> int:
    """Print what was found; the exit status."""
    print(
        f"seals {outcome.seals}, acts {outcome.acts}, changed rows {outcome.changes}, not yet sealed {outcome.unsealed}"
    )
    print(f"head {outcome.head}")
    for finding in outcome.findings:
        print(f"DIFFERS: {finding}")
    print("FAILED" if outcome.findings else "OK: nothing was changed since it was sealed")
    return 1 if outcome.findings else 0


def main() -> int:
    """The command line of the file when it stands alone."""
    parser = argparse.ArgumentParser(description="Verify an export of acts and history.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--head", action="append", default=[], help="a head you noted earlier; may be given again")
    options = parser.parse_args()
    try:
        return report(check_export(options.folder, options.head))
    except (OSError, ValueError, KeyError) as error:
        print(f"the export can't be read: {error}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
