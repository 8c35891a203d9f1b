"""The interval against published figures, and the mask over what names a person."""

import pytest

from assessments.rules import mask, wilson


@pytest.mark.parametrize(
    ("good", "valid", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_published_table(good, valid, low, high):
    assert wilson(good, valid) == pytest.approx((low, high), abs=5e-5)


def test_wilson_stays_within_the_scale():
    for valid in (1, 5, 30):
        for good in range(valid + 1):
            low, high = wilson(good, valid)
            assert 0 <= low <= good / valid <= high <= 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打13800138000", "打＊＊＊＊＊＊＊＊"),
        ("身份证32010119900101123X的人", "身份证＊＊＊＊＊＊＊＊的人"),
        ("3栋2单元501室漏水", "＊栋＊单元＊室漏水"),
        ("11月30日停水2次，5路公交", "11月30日停水2次，5路公交"),
    ],
)
def test_mask_hides_numbers_that_name_somebody(text, masked):
    assert mask(text) == masked
