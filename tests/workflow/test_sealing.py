"""Codes survive typing slips, envelopes open only with their key and all look alike."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import sealing


def test_read_code_accepts_what_people_type():
    code = sealing.make_code()
    shown = sealing.show_code(code)
    assert sealing.read_code(shown.lower().replace("0", "o").replace("1", "l")) == code
    assert sealing.read_code(f" {shown.replace('-', ' ')} ") == code


def test_read_code_accepts_full_width_typing():
    code = sealing.make_code()
    wide = sealing.show_code(code).translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})
    assert sealing.read_code(wide.replace("－", "　")) == code
    assert sealing.read_code(wide) == code


def test_read_code_notices_every_single_slip():
    code = sealing.make_code()
    for place in range(len(code)):
        for other in sealing.ALPHABET:
            if other != code[place]:
                with pytest.raises(sealing.BadCode):
                    sealing.read_code(code[:place] + other + code[place + 1 :])


def test_read_code_notices_swapped_neighbours():
    code = sealing.make_code()
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            with pytest.raises(sealing.BadCode):
                sealing.read_code(swapped)


@pytest.mark.parametrize("text", ["", "ABC", "!" * 13, "ABCD-EFGH-JKMN", "中文" * 7])
def test_read_code_refuses_nonsense(text):
    with pytest.raises(sealing.BadCode):
        sealing.read_code(text)


def test_code_digest_depends_on_the_pepper():
    code = sealing.make_code()
    assert sealing.code_digest(code, pepper="a") != sealing.code_digest(code, pepper="b")


@given(st.binary(max_size=sealing.PLAIN_LENGTH - 2))
def test_seal_round_trip_in_one_size(plain):
    private, public = sealing.make_keys()
    sealed = sealing.seal(plain, public=public)
    assert len(sealed) == sealing.SEALED_LENGTH
    assert sealing.unseal(sealed, private=private) == plain


def test_unseal_refuses_another_key_and_altered_bytes():
    private, public = sealing.make_keys()
    sealed = sealing.seal(b"answer", public=public)
    with pytest.raises(ValueError, match="does not open"):
        sealing.unseal(sealed, private=sealing.make_keys()[0])
    altered = bytearray(sealed)
    altered[secrets.randbelow(len(altered))] ^= 1
    with pytest.raises(ValueError, match="does not open"):
        sealing.unseal(bytes(altered), private=private)


def test_seal_refuses_what_does_not_fit():
    with pytest.raises(sealing.TooLong):
        sealing.seal(bytes(sealing.PLAIN_LENGTH), public=sealing.make_keys()[1])
