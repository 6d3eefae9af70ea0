"""Who acts in the sample where no account does: a person with a name, in the post of a role."""

from zlib import crc32

import numpy as np

from zerentian.accounts.rules import ROLES
from zerentian.kernel.actor import Actor
from zerentian.kernel.permissions import Permission
from zerentian.kernel.scope import Level, Scope, ancestor
from zerentian.sample.rules.names import full_names, surnames
from zerentian.territory import queries as territory


def officer(role: str, division: int, *, permissions: frozenset[Permission] | None = None) -> Actor:
    """Whoever has that role at its level and answers for the division; always the same person."""
    found = ROLES[role]
    own = ancestor(division, found.level or Level.PROVINCE)
    rng = np.random.default_rng(crc32(f"{role}{own}".encode()))
    name = str(full_names(rng, surnames(rng, 1), rng.random(1) < 0.6)[0])
    return Actor(
        name=name, post_title=found.at(territory.name_of(own)), division=own, role=role, scope=Scope.of([own]),
        permissions=found.permissions if permissions is None else permissions,
    )  # fmt: skip
