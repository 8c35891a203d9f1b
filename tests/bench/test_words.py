"""The words of a benchmark fit their columns, and are the same for every run."""

from bench.words import words
from projects.models import Listing


def test_words_are_the_same_each_time_and_fit():
    for number in range(500):
        said = words(number)
        assert said == words(number)
        for name, text in vars(said).items():
            limit = Listing._meta.get_field(name).max_length
            assert text
            assert limit is None or len(text) <= limit


def test_words_hold_frequent_and_rare_ones():
    texts = [" ".join(vars(words(number)).values()) for number in range(2_000)]

    assert sum("停车" in text for text in texts) > 400
    assert 0 < sum("轮椅" in text for text in texts) < 200
    assert not any("量子" in text for text in texts)
