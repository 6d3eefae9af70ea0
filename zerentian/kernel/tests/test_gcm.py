"""Sealing many texts at once gives what the library opens, and nothing else."""

import pytest
from cryptography.exceptions import InvalidTag

from zerentian.kernel.privacy import MANY, decrypt, decrypt_many, encrypt_many

FIELD = "registry_person.id_number"


@pytest.mark.parametrize("field", ["a" * 15, "a" * 16, "a" * 17, FIELD])
def test_what_is_sealed_together_is_opened_one_by_one(field: str) -> None:
    texts = ["x" * length for length in range(1, 70)] + ["张三" * 9, None, "", "36088119570830535X"] * MANY
    sealed = encrypt_many(texts, field)
    assert [decrypt(one, field) for one in sealed] == [text or "" for text in texts]
    assert decrypt_many(sealed, field) == [text or "" for text in texts]
    assert len(set(sealed)) == len([text for text in texts if text]) + 1  # a nonce of its own for each


def test_a_changed_byte_or_another_field_does_not_open() -> None:
    sealed = encrypt_many(["36088119570830535X"] * MANY, FIELD)
    for place in (5, 20, len(sealed[0]) - 1):
        changed = bytearray(sealed[0])
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            decrypt(bytes(changed), FIELD)
        with pytest.raises(InvalidTag):
            decrypt_many([*sealed[1:], bytes(changed)], FIELD)
    with pytest.raises(InvalidTag):
        decrypt(sealed[0], "registry_person.phone")
