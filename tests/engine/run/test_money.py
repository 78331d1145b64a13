"""Sharing a pool to the last unit: nothing is invented, nothing left in the drawer, nobody gets more than the limit."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quanheng.engine.run.money import apportion, apportion_capped, split

PAYING = ("largest", "first", "cumulate", "rest")
EVERY = (*PAYING, "stay")

weights_of_a_group = st.lists(st.one_of(st.fractions(0, 100, max_denominator=60), st.integers(0, 5).map(Fraction)), min_size=1, max_size=12)
pools = st.one_of(st.integers(0, 50), st.integers(0, 10**12))


def shares(*weights: int | str) -> list[Fraction]:
    return [Fraction(weight) for weight in weights]


# ------------------------------------------------------------------------------------------------------ worked by hand


@pytest.mark.parametrize(
    ("how", "places"),
    [("largest", [2, 4, 3]), ("cumulate", [2, 4, 3]), ("rest", [2, 5, 2]), ("first", [2, 5, 2]), ("stay", [1, 4, 2])],
)
def test_nine_persons_by_20_50_30_percent(how, places):
    """1.8, 4.5 and 2.7 places: 四舍五入 2, 5, 余 2; cumulated 1.8 → 2, 6.3 → 6, 9."""
    assert apportion(9, shares("0.2", "0.5", "0.3"), how) == places


def test_a_hundred_yuan_among_three_leaves_a_fen_that_goes_to_the_first():
    assert apportion(100_00, shares(1, 1, 1), "largest") == [33_34, 33_33, 33_33]


def test_the_visitors_guides_share_again_what_one_may_not_take():
    """1000 元 by 6, 6.5, 2, 3, 4: 罗 would get 302.33, the limit is 300; 700 by 6 : 2 : 3 : 4 for the others."""
    paid = apportion_capped(1000_00, shares(6, "6.5", 2, 3, 4), [300_00] * 5, "largest", "others")
    assert paid == [280_00, 300_00, 93_33, 140_00, 186_67]


def test_what_is_above_the_limit_stays_with_the_office_when_the_regulation_says_so():
    paid = apportion_capped(1000_00, shares(6, "6.5", 2, 3, 4), [300_00] * 5, "largest", "stays")
    assert paid == [279_07, 300_00, 93_02, 139_53, 186_05]  # 27906.98, 30232.56, 9302.33, 13953.49, 18604.65 分
    assert sum(paid) == 1000_00 - 2_33  # 302.33 → 300.00


def test_one_who_steps_out_can_push_the_next_over_the_limit():
    """100 by 5 : 4 : 1, limits 30: 50 and 40 are above; then 40 are left for a claim of 1, and that is above too."""
    assert apportion_capped(100, shares(5, 4, 1), [30, 30, 30], "largest", "others") == [30, 30, 30]
    assert apportion_capped(100, shares(5, 4, 1), [30, 30, 60], "largest", "others") == [30, 30, 40]
    assert apportion_capped(70, shares(5, 4, 1), [25, 100, 100], "largest", "others") == [25, 36, 9]


def test_who_has_exactly_the_limit_is_not_handed_a_left_over_unit():
    """Exact shares 2, 1.5, 1.5, 2: the one left-over unit goes past the first, who is at the limit."""
    assert apportion_capped(7, shares(4, 3, 3, 4), [2, 9, 9, 9], "first", "others") == [2, 2, 1, 2]


def test_the_last_of_the_order_takes_no_more_than_the_limit_either():
    """Twenty shares of 1.4 are 1 each; the last would take 9, may take 3, and 6 are not paid."""
    paid = apportion_capped(28, shares(*[1] * 20), [3] * 20, "rest", "others")
    assert paid == [1] * 19 + [3]


@pytest.mark.parametrize("how", EVERY)
def test_an_empty_pool_gives_everybody_nothing(how):
    assert apportion(0, shares(3, 2), how) == [0, 0]


@pytest.mark.parametrize("how", EVERY)
def test_nobody_is_there_and_nothing_is_paid(how):
    assert apportion(5, [], how) == []
    assert apportion_capped(5, [], [], how, "others") == []


@pytest.mark.parametrize("how", EVERY)
def test_without_any_weight_nobody_has_a_claim(how):
    assert apportion(5, shares(0, 0), how) == [0, 0]


def test_all_zero_weights_share_equally_only_when_the_regulation_says_so():
    assert split(5, shares(0, 0), "largest", "equal") == [3, 2]
    assert split(5, shares(0, 0), "largest", "none") == [0, 0]
    assert split(5, shares(0, 0), "largest", "refuse") == [0, 0]
    assert split(5, shares(0, 0), "largest", "equal", [1, 9], "others") == [1, 4]


def test_a_single_weight_above_zero_ends_all_zero():
    assert split(5, shares(0, 1), "largest", "equal") == [0, 5]


def test_whoever_has_no_weight_gets_nothing_of_what_the_others_may_not_take():
    assert apportion_capped(100, shares(1, 0), [30, 100], "rest", "others") == [30, 0]


@pytest.mark.parametrize(("pool", "weights"), [(-1, shares(1)), (5, shares(1, -1))])
def test_a_negative_pool_or_weight_never_comes_here(pool, weights):
    with pytest.raises(AssertionError):
        apportion(pool, weights, "largest")


def test_a_limit_says_what_becomes_of_what_is_above_it():
    with pytest.raises(AssertionError):
        split(5, shares(1), "largest", "none", [3])


# ---------------------------------------------------------------------------------------------------- whatever is given


@given(pools, weights_of_a_group, st.sampled_from(PAYING))
def test_the_parts_sum_to_the_pool(pool, weights, how):
    paid = apportion(pool, weights, how)
    assert sum(paid) == (pool if any(weights) else 0)
    assert min(paid) >= 0


@given(pools, weights_of_a_group)
def test_what_stays_is_less_than_one_unit_each(pool, weights):
    paid = apportion(pool, weights, "stay")
    assert not any(weights) or 0 <= pool - sum(paid) < len(paid)


@given(pools, weights_of_a_group, st.sampled_from(("largest", "cumulate", "stay")))
def test_nobody_is_a_whole_unit_away_from_the_exact_share(pool, weights, how):
    whole = sum(weights)
    if whole:
        for weight, part in zip(weights, apportion(pool, weights, how), strict=True):
            assert abs(part - pool * weight / whole) < 1


@given(pools, weights_of_a_group, st.sampled_from(("largest", "stay")))
def test_more_weight_never_gets_less(pool, weights, how):
    paid = apportion(pool, weights, how)
    for weight, part in zip(weights, paid, strict=True):
        for other, theirs in zip(weights, paid, strict=True):
            assert weight <= other or part >= theirs


@given(st.integers(0, 1000), weights_of_a_group)
def test_a_larger_pool_takes_from_nobody_when_the_left_over_stays(pool, weights):
    """Not so for 大者先得: with one unit more somebody may lose one; a pool is shared once and not in parts."""
    assert all(a <= b for a, b in zip(apportion(pool, weights, "stay"), apportion(pool + 1, weights, "stay"), strict=True))


@given(pools, weights_of_a_group, st.integers(1, 10**6), st.sampled_from(EVERY))
def test_only_the_proportion_of_the_weights_matters(pool, weights, factor, how):
    assert apportion(pool, weights, how) == apportion(pool, [weight * factor for weight in weights], how)


@given(
    st.integers(0, 200),
    st.lists(st.tuples(st.fractions(0, 9, max_denominator=6), st.integers(0, 60)), min_size=1, max_size=8),
    st.sampled_from(EVERY),
    st.sampled_from(("stays", "others")),
)
@example(7, [(Fraction(4), 2), (Fraction(3), 9), (Fraction(3), 9), (Fraction(4), 9)], "first", "others")
def test_nobody_gets_more_than_the_limit_and_all_together_no_more_than_the_pool(pool, group, how, over):
    weights, caps = [weight for weight, _ in group], [cap for _, cap in group]
    paid = apportion_capped(pool, weights, caps, how, over)
    assert all(0 <= part <= cap for part, cap in zip(paid, caps, strict=True))
    payable = min(pool, sum(cap for weight, cap in group if weight))
    assert sum(paid) <= (payable if over == "others" else pool)
    if over == "others" and how in ("largest", "first", "cumulate"):
        assert sum(paid) == payable


@given(st.integers(0, 200), weights_of_a_group, st.sampled_from(EVERY))
def test_a_limit_that_nobody_reaches_changes_nothing(pool, weights, how):
    for over in ("stays", "others"):
        assert apportion_capped(pool, weights, [pool + 1] * len(weights), how, over) == apportion(pool, weights, how)
