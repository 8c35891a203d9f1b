"""How an answer is sealed so that only the holder of a private key can read it, and how codes are made.

Codes: 12 characters of Crockford's base 32 (60 bits) and one check character (ISO 7064 MOD 37-2 over
the same alphabet), shown in groups of four. Sealing: libsodium's sealed box (X25519, XSalsa20-Poly1305)
over a text padded to one fixed length, so that the length tells nothing.
"""

import hashlib
import hmac
import secrets
import unicodedata

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
CODE_LENGTH = 12
PLAIN_LENGTH = 4096
SEALED_LENGTH = PLAIN_LENGTH + 48
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class BadCode(ValueError):
    """The text is no code: wrong length, foreign character, or the check character differs."""


class TooLong(ValueError):
    """The text does not fit into `PLAIN_LENGTH` bytes."""


def _check_character(body: str) -> str:
    number = 0
    for character in body:
        number = number * 32 + ALPHABET.index(character)
    return CHECK_ALPHABET[number % 37]


def make_code() -> str:
    """A fresh code, 13 characters without separators."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        check = _check_character(body)
        if check in ALPHABET:  # the five extra signs of the check alphabet are hard to type
            return body + check


def show_code(code: str) -> str:
    """The code in groups for print: ABCD-EFGH-JKMN-P."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str:
    """The code that a person typed, in any case and width, with any separators, O for 0, I and L for 1.

    Raises `BadCode`.
    """
    code = unicodedata.normalize("NFKC", text).strip().upper().translate(_READ_AS)
    if len(code) != CODE_LENGTH + 1 or any(c not in ALPHABET for c in code):
        raise BadCode
    if _check_character(code[:-1]) != code[-1]:
        raise BadCode
    return code


def code_digest(code: str, *, pepper: str) -> bytes:
    """HMAC-SHA-256 of the code under the pepper, 32 bytes."""
    return hmac.new(pepper.encode(), code.encode(), hashlib.sha256).digest()


def make_keys() -> tuple[bytes, bytes]:
    """A fresh (private, public) pair, 32 bytes each."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def seal(plain: bytes, *, public: bytes) -> bytes:
    """`plain`, padded to `PLAIN_LENGTH`, sealed to `public`: `SEALED_LENGTH` bytes. Raises `TooLong`."""
    if len(plain) > PLAIN_LENGTH - 2:
        raise TooLong
    padded = len(plain).to_bytes(2, "big") + plain + bytes(PLAIN_LENGTH - 2 - len(plain))
    return SealedBox(PublicKey(public)).encrypt(padded)


def unseal(sealed: bytes, *, private: bytes) -> bytes:
    """What was sealed; raises `ValueError` when the box was not sealed to this key or was altered."""
    try:
        padded = SealedBox(PrivateKey(private)).decrypt(sealed)
    except CryptoError as error:
        raise ValueError("The envelope does not open with this key.") from error
    return padded[2 : 2 + int.from_bytes(padded[:2], "big")]
