"""Personal data at rest and on the page: encryption, search tokens, masks, keys with ids."""

import hmac
import json
import os
import secrets
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.db import models

from zerentian.kernel.gcm import open_many, seal_many
from zerentian.kernel.refusal import Refused

NONCE = 12
TAG = 16
MANY = 100  # texts from which on sealing them together is worth it


class Keyring:
    """Keys by id, the current one for writing; `purpose` keys the search tokens.

    The file holds {"current": id, "keys": {id: hex}}, mode 0600, or ZERENTIAN_KEYS holds the same JSON.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.current = int(data["current"])
        self.keys = {int(k): bytes.fromhex(v) for k, v in data["keys"].items()}
        self.token_key = bytes.fromhex(data["token"])

    @classmethod
    def open(cls, path: Path) -> "Keyring":
        """Read the key file, or make it on first use."""
        if text := os.environ.get("ZERENTIAN_KEYS"):
            return cls(json.loads(text))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = {"current": 1, "keys": {"1": secrets.token_hex(16)}, "token": secrets.token_hex(32)}
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(fresh), "utf-8")
            try:
                os.link(draft, path)  # atomic, and never over a key file that another process just made
            except FileExistsError:
                pass
            draft.unlink()
        return cls(json.loads(path.read_text("utf-8")))


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The keys of this installation."""
    return Keyring.open(Path(settings.ZERENTIAN_KEY_FILE))


def key_of(number: int) -> bytes:
    """The key of that id; the key file is read again when another process has just added it."""
    if number not in keyring().keys:
        keyring.cache_clear()
    return keyring().keys[number]


def add_key() -> int:
    """Add a fresh key and make it the current one; its id. Refused where the keys come from the environment."""
    if "ZERENTIAN_KEYS" in os.environ:
        raise Refused("密钥由环境变量 ZERENTIAN_KEYS 提供，请在那里加入新密钥并把 current 指向它")
    path = Path(settings.ZERENTIAN_KEY_FILE)
    Keyring.open(path)
    data = json.loads(path.read_text("utf-8"))
    number = max(int(known) for known in data["keys"]) + 1
    if number > 255:
        raise Refused("密钥编号已用完（255 个）")
    data["keys"][str(number)] = secrets.token_hex(16)
    data["current"] = number
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(data), "utf-8")
    draft.rename(path)
    keyring.cache_clear()
    return number


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether the value is sealed with the current key and cipher; the empty value always is."""
    wanted = bytes([keyring().current, 1 if settings.ZERENTIAN_CIPHER == "aes" else 0])
    return not sealed or bytes(sealed[:2]) == wanted


def _seal(key: bytes, nonce: bytes, plain: bytes, about: bytes) -> bytes:
    if settings.ZERENTIAN_CIPHER == "aes":
        return AESGCM(key).encrypt(nonce, plain, about)
    writer = Cipher(SM4(key), GCM(nonce)).encryptor()
    writer.authenticate_additional_data(about)
    return writer.update(plain) + writer.finalize() + writer.tag


def encrypt(value: str, field: str) -> bytes:
    """The value sealed for one field (`table.column`): key id, nonce, ciphertext and tag. Empty stays empty."""
    return seal_bytes(value.encode(), field)


def decrypt(sealed: bytes | memoryview | None, field: str) -> str:
    """The plain value; raises InvalidTag when the bytes were changed or belong to another field."""
    return open_bytes(sealed, field).decode()


def seal_bytes(plain: bytes, about: str) -> bytes:
    """Bytes sealed for one purpose, as `encrypt` seals a text. Empty stays empty."""
    if not plain:
        return b""
    ring = keyring()
    nonce = os.urandom(NONCE)
    head = bytes([ring.current, 1 if settings.ZERENTIAN_CIPHER == "aes" else 0])
    return head + nonce + _seal(ring.keys[ring.current], nonce, plain, about.encode())


def open_bytes(sealed: bytes | memoryview | None, about: str) -> bytes:
    """The plain bytes; raises InvalidTag when they were changed or sealed for something else."""
    if not sealed:
        return b""
    data = bytes(sealed)
    key, nonce, body = key_of(data[0]), data[2 : 2 + NONCE], data[2 + NONCE :]
    if data[1] == 1:
        return AESGCM(key).decrypt(nonce, body, about.encode())
    reader = Cipher(SM4(key), GCM(nonce, body[-TAG:])).decryptor()
    reader.authenticate_additional_data(about.encode())
    return reader.update(body[:-TAG]) + reader.finalize()


def encrypt_many(values: Iterable[str | None], field: str) -> list[bytes]:
    """`encrypt` for a column; None and empty become empty bytes."""
    given = list(values)
    if settings.ZERENTIAN_CIPHER == "aes" or len(given) < MANY:
        return [encrypt(value, field) if value else b"" for value in given]
    ring = keyring()
    plains = [value.encode() for value in given if value]
    sealed = iter(seal_many(ring.keys[ring.current], bytes([ring.current, 0]), plains, field.encode()))
    return [next(sealed) if value else b"" for value in given]


def decrypt_many(values: Iterable[bytes | memoryview | None], field: str) -> list[str]:
    """`decrypt` for a column; what is empty stays empty."""
    given = [bytes(value or b"") for value in values]
    found = [""] * len(given)
    by_key: dict[int, list[int]] = {}
    for position, sealed in enumerate(given):
        if sealed and sealed[1] == 0 and len(given) >= MANY:
            by_key.setdefault(sealed[0], []).append(position)
        else:
            found[position] = decrypt(sealed, field)
    for number, positions in by_key.items():
        texts = open_many(key_of(number), [given[p][2:] for p in positions], field.encode())
        for position, text in zip(positions, texts, strict=True):
            found[position] = text.decode()
    return found


def tokens(values: Iterable[str | None], purpose: str) -> list[bytes | None]:
    """Keyed search tokens (HMAC-SM3, or HMAC-SHA-256 by setting), 16 bytes each; equal values, equal tokens."""
    algorithm: hashes.HashAlgorithm = hashes.SHA256() if settings.ZERENTIAN_CIPHER == "aes" else hashes.SM3()
    base = HMAC(keyring().token_key, algorithm)
    base.update(purpose.encode() + b"\0")
    found: list[bytes | None] = []
    for value in values:
        if not value:
            found.append(None)
            continue
        one = base.copy()
        one.update(value.strip().upper().encode())
        found.append(one.finalize()[:16])
    return found


def token(value: str, purpose: str) -> bytes | None:
    """The search token of one value for one purpose."""
    return tokens([value], purpose)[0]


def same_secret(one: str, other: str) -> bool:
    """Compare without telling by time how much agrees."""
    return hmac.compare_digest(one.encode(), other.encode())


def mask_id(value: str) -> str:
    """An identity number with only its first three and last two characters: 360***********1X."""
    return f"{value[:3]}{'*' * max(0, len(value) - 5)}{value[-2:]}" if len(value) > 5 else "*" * len(value)


def mask_phone(value: str) -> str:
    """A phone number with its middle hidden: 138****5678."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 8 else "*" * len(value)


def mask_name(value: str) -> str:
    """A name with all but its first character hidden: 张**."""
    return value[:1] + "*" * (len(value) - 1)


def mask_account(value: str) -> str:
    """A bank account with only its last four digits."""
    return "*" * max(0, len(value) - 4) + value[-4:]


class SealedField(models.BinaryField):
    """A text kept encrypted at rest; Python sees the plain text, the database never does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        """Python sees text here, so a text default is right."""
        return []

    @property
    def about(self) -> str:
        """The field's own name, bound into the ciphertext."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = encrypt(value, self.about) if isinstance(value, str) else value
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return decrypt(value, self.about)

    def value_to_string(self, obj: Any) -> str:
        raise TypeError(f"{self.about} is never serialised")
