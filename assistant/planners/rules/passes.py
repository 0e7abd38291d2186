"""The passes over one reading of a question, in their order.

In: a fresh `Reading`, the calendar. Out: the same reading, filled. Never fails: what no pass uses stays unread.
"""

from collections.abc import Callable

from assistant.language.calendar import Calendar
from assistant.planners.rules.ages import read_ages
from assistant.planners.rules.aggregates import read_aggregates
from assistant.planners.rules.all_shown import read_enough
from assistant.planners.rules.apart import set_examples, set_sides
from assistant.planners.rules.asked_unit import read_asked_unit
from assistant.planners.rules.banded import read_banded
from assistant.planners.rules.bands import read_bands
from assistant.planners.rules.best_of_each import read_best_of_each
from assistant.planners.rules.columns_in_time import columns_in_time
from assistant.planners.rules.contents import settle_contents
from assistant.planners.rules.contributed import money_contributed, read_contributed
from assistant.planners.rules.cut_at import read_cut_at
from assistant.planners.rules.dates_again import tell_when_again
from assistant.planners.rules.days_of_week import read_days_of_week
from assistant.planners.rules.deed_counts import mark_how_many_each
from assistant.planners.rules.deed_times import settle_same
from assistant.planners.rules.doers import (
    count_who_did,
    lend_time,
    lend_to_whole,
    none_of_them,
    of_those_counted,
    read_doers,
    since_joining,
)
from assistant.planners.rules.draft import Group
from assistant.planners.rules.dropped import leave_out_values, read_dropped
from assistant.planners.rules.each_compared import each_compared
from assistant.planners.rules.either_of import read_either_of
from assistant.planners.rules.elided import read_elided
from assistant.planners.rules.extremes import read_extreme
from assistant.planners.rules.faring import read_faring
from assistant.planners.rules.filters import read_values
from assistant.planners.rules.first_person import rank_people
from assistant.planners.rules.first_rows import read_first_rows
from assistant.planners.rules.first_times import mark_first_time
from assistant.planners.rules.flag_rates import mark_flag_rates, share_of_flags
from assistant.planners.rules.framing import (
    ask_of_ranked,
    ask_what_is_meant,
    drop_subjects,
    rank_as_told,
    rank_things,
    rank_within_each,
    read_each_of,
    read_today,
    read_used_to,
    share_of_all,
)
from assistant.planners.rules.from_things import read_from_things
from assistant.planners.rules.fuller_names import read_fuller_names
from assistant.planners.rules.glossed import drop_glosses
from assistant.planners.rules.groups import read_bare_groups, read_distributed, read_groups, read_preferred
from assistant.planners.rules.growth import default_growth, order_changes, read_gained, read_growth_sizes, read_growth_tests
from assistant.planners.rules.having import read_having
from assistant.planners.rules.headline import default_subject
from assistant.planners.rules.how_long import read_how_long
from assistant.planners.rules.in_money import read_in_money
from assistant.planners.rules.its_number import read_named_tags
from assistant.planners.rules.joined import settle_joined
from assistant.planners.rules.joined_long import read_joined_long
from assistant.planners.rules.joined_or import join_or
from assistant.planners.rules.journeys import read_journey
from assistant.planners.rules.kinds import about_what
from assistant.planners.rules.last_ones import read_last_ones
from assistant.planners.rules.leaning import read_resumed
from assistant.planners.rules.listed import settle_listed
from assistant.planners.rules.lists import name_columns
from assistant.planners.rules.means import read_means, settle_means
from assistant.planners.rules.measures import (
    keep_names_whole,
    read_bought_money,
    read_counted_money,
    read_own_grain,
    read_per_each,
    read_spending,
    read_windows,
)
from assistant.planners.rules.missing import read_missing, read_without_one
from assistant.planners.rules.moments import fitting_grain, read_dates, read_period
from assistant.planners.rules.more_than import read_more_than
from assistant.planners.rules.moved import same_time_of_year
from assistant.planners.rules.none_sold import read_none_sold
from assistant.planners.rules.noun_before_for import read_noun_before_for
from assistant.planners.rules.nouns_of_deeds import read_nouns_of_deeds
from assistant.planners.rules.number_of import read_number_of
from assistant.planners.rules.numeric import read_comparisons, read_loose_comparisons, read_owned
from assistant.planners.rules.of_the_whole import read_listed_parts
from assistant.planners.rules.one_two_three import read_one_two_three
from assistant.planners.rules.opening_groups import read_opening_groups
from assistant.planners.rules.openings import read_openings
from assistant.planners.rules.own_changes import read_own_changes
from assistant.planners.rules.own_periods import read_own_periods
from assistant.planners.rules.own_place import read_own_place
from assistant.planners.rules.owned import read_owned_deeds
from assistant.planners.rules.people_split import read_people_split
from assistant.planners.rules.per_thing import read_per_thing
from assistant.planners.rules.portions import (
    read_again,
    read_deeds_of_groups,
    read_how_well,
    read_parts_asked,
    read_portions,
    read_rates,
)
from assistant.planners.rules.ranked_things import rank_the_named
from assistant.planners.rules.ranks import read_ranking
from assistant.planners.rules.rate_words import read_rate_words
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.restated import read_restated
from assistant.planners.rules.rows_of_kind import count_rows_of_kind, count_rows_of_people
from assistant.planners.rules.said_of_people import settle_said
from assistant.planners.rules.score_lists import name_scores_once, read_score_lists
from assistant.planners.rules.scores import read_scores
from assistant.planners.rules.sequences import one_time_for_both, time_in_front
from assistant.planners.rules.several_times import read_several_times
from assistant.planners.rules.share_described import read_described
from assistant.planners.rules.share_of_each import share_of_each
from assistant.planners.rules.shares import (
    default_share,
    read_changes,
    read_frames,
    read_relation,
    read_shares,
    read_trend,
)
from assistant.planners.rules.spent_then import of_those_then, read_spent_then
from assistant.planners.rules.splits import split_into_shares
from assistant.planners.rules.spread import read_spread, settle_spread
from assistant.planners.rules.stated import read_stated
from assistant.planners.rules.subjects import read_flags, read_rather_not, read_subject
from assistant.planners.rules.talk import in_time_of_talk
from assistant.planners.rules.things import read_tested_things, read_things
from assistant.planners.rules.those_people import how_new_ones_spread, new_ones, rate_of_those
from assistant.planners.rules.time_left_out import read_time_left_out
from assistant.planners.rules.told_again import tell_again
from assistant.planners.rules.traits_asked import read_traits
from assistant.planners.rules.trend_units import read_trend_units
from assistant.planners.rules.two_comparisons import read_second_comparison
from assistant.planners.rules.two_counts import read_two_counts
from assistant.planners.rules.two_numbers import read_minus
from assistant.planners.rules.two_sides import read_two_sides
from assistant.planners.rules.unit_growth import read_unit_growth
from assistant.planners.rules.verbs import keep_verbs, read_verbs
from assistant.planners.rules.where_done import settle_places
from assistant.planners.rules.where_is import settle_where_is
from assistant.planners.rules.whether import of_whom_it_holds
from assistant.planners.rules.which_time import read_which_time
from assistant.planners.rules.who_of_values import read_who_of_values
from assistant.planners.rules.whose import read_whose
from assistant.planners.rules.whose_of_those import read_whose_of_those
from assistant.planners.rules.whose_rows import read_whose_rows
from assistant.planners.rules.windows_ranked import read_windows_ranked


def _all_values(r: Reading) -> None:
    """各活动类型在短信、微信、邮件、APP推送上的打开率: all that there are limits nothing, so each of them is asked for."""
    for test in [t for t in r.tests_of_values() if len(t.options) == 1 and not t.negated and r.groups and not r.share]:
        dimension, values = test.options[0]
        declared = {v.value for v in r.world.model.dimensions[dimension].values}
        if (
            len(declared) > 2
            and set(values) == declared
            and r.follows is None
            and not any(dimension in g.dimensions for g in r.groups)
        ):
            r.groups.append(Group(test.at, (dimension,)))
            r.tests = [t for t in r.tests if t is not test]


_WHAT_THEY_ARE = ("是什么", "是啥", "是哪些", "是哪几个")


def _end_of_groups(r: Reading) -> None:
    """件数最多的三个品类是什么; what kinds came in, and how many of each: the last word is of the groups, and says nothing more."""
    last = [i for i, t in enumerate(r.tokens) if t.role != "break"][-1:]
    if r.ranking is not None and r.groups:
        r.take(*(i for i in last if r.tokens[i].text in _WHAT_THEY_ARE))
    if any(g.dimensions for g in r.groups):
        r.take(*(i for i in last if r.tokens[i].text in ("of each", "for each", "in each")))


def _finish(r: Reading) -> None:
    _end_of_groups(r)
    _all_values(r)
    split_into_shares(r)
    out = {t.at for t in r.tests_of_values() if t.negated}
    each = {at for at in range(1, len(r.tokens)) if r.tokens[at].text == "各" and at - 1 in out}
    r.groups = [g for g in r.groups if g.at - 1 not in each]  # 不算线上各渠道: what is left out, and no breakdown
    known = [set(g.dimensions) for g in r.groups if len(g.dimensions) == 1]
    r.groups = [g for g in r.groups if len(g.dimensions) < 2 or not any(one <= set(g.dimensions) for one in known)]
    # 哪类活动转化最好，各类型都列出来: the types are of those that were asked about
    beside = r.follows is not None and any(t.has("versus") for t in r.tokens)  # 加个Q2做对照，看变化
    if r.trend and not beside and not any(g.grain or g.part for g in r.groups):
        r.groups.append(Group(-1, grain=fitting_grain(r.period)))


_BEFORE_TIME: tuple[Callable[[Reading], None], ...] = (
    mark_flag_rates,
    read_which_time,
    read_whose_of_those,
    settle_where_is,
    settle_said,
    tell_again,
    tell_when_again,
    read_nouns_of_deeds,
    settle_listed,
    read_number_of,
    count_rows_of_kind,
    count_rows_of_people,
    read_noun_before_for,
    read_who_of_values,
    read_how_long,
    read_more_than,
    read_minus,
    read_named_tags,
    read_none_sold,
    mark_first_time,
    read_first_rows,
    read_enough,
    mark_how_many_each,
    read_time_left_out,
    same_time_of_year,
    count_who_did,
    keep_names_whole,
    read_asked_unit,
    read_windows,
    read_means,
    read_own_changes,
    read_parts_asked,
    read_how_well,
    read_again,
    read_rates,
    read_counted_money,
    read_bought_money,
    read_journey,
    read_frames,
    read_faring,
    read_rather_not,
    leave_out_values,
    read_dropped,
    read_resumed,
    read_used_to,
    read_flags,
    read_things,
    read_each_of,
    read_openings,
    read_ages,
    read_joined_long,
    read_dates,
    read_gained,
    read_growth_sizes,
    read_stated,
    read_score_lists,
    read_one_two_three,
    read_bands,
    read_banded,
    read_cut_at,
    read_scores,
    read_spread,
    read_portions,
    read_deeds_of_groups,
    read_comparisons,
    read_either_of,
    read_tested_things,
    read_trend,
    read_trend_units,
    read_contributed,
    read_ranking,
    rank_people,
    read_traits,
    read_extreme,
    read_from_things,
    read_groups,
    read_opening_groups,
    rank_the_named,
    about_what,
    read_owned_deeds,
    read_having,
    read_last_ones,
    read_today,
    read_whose_rows,
    read_own_place,
    read_doers,
    read_verbs,
    lend_time,
    lend_to_whole,
    name_columns,
    read_without_one,
    read_values,
    settle_places,
    settle_joined,
    read_whose,
    settle_same,
    read_elided,
    set_sides,
    set_examples,
    read_missing,
    read_loose_comparisons,
    read_owned,
    read_two_sides,
    read_distributed,
    read_preferred,
    read_people_split,
    read_listed_parts,
    read_shares,
    read_aggregates,
    read_spending,
    read_per_each,
    money_contributed,
    read_windows_ranked,
    default_subject,
    read_subject,
    read_relation,
    read_two_counts,
    name_scores_once,
    settle_means,
    read_own_periods,
    read_spent_then,
)
_AFTER_TIME: tuple[Callable[[Reading], None], ...] = (
    columns_in_time,
    new_ones,
    time_in_front,
    one_time_for_both,
    of_those_then,
    of_those_counted,
    none_of_them,
    since_joining,
    read_changes,
    read_unit_growth,
    read_own_grain,
    default_growth,
    each_compared,
    order_changes,
    read_bare_groups,
    share_of_flags,
    read_described,
    default_share,
    share_of_each,
    rate_of_those,
    how_new_ones_spread,
    read_growth_tests,
    join_or,
    settle_spread,
    read_rate_words,
    read_fuller_names,
    read_restated,
    rank_as_told,
    read_in_money,
    ask_of_ranked,
    ask_what_is_meant,
    rank_things,
    drop_subjects,
    settle_contents,
    _finish,
    keep_verbs,
    rank_within_each,
    share_of_all,
    of_whom_it_holds,
    read_best_of_each,
)


def read(r: Reading, calendar: Calendar) -> Reading:
    """All passes over one cover, in order."""
    drop_glosses(r)
    in_time_of_talk(r, calendar)
    read_days_of_week(r, calendar)
    read_per_thing(r)
    for each in _BEFORE_TIME:
        each(r)
    read_several_times(r)
    read_period(r, calendar)
    read_second_comparison(r, calendar)
    for each in _AFTER_TIME:
        each(r)
    return r
