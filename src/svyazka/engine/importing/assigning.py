"""The best of all ways to give columns to fields, each to one at most."""

from collections.abc import Sequence

_NONE = 10**15


def best_pairs(worth: Sequence[Sequence[int]]) -> dict[int, int]:
    """By row, the column that it gets, so that what the pairs are worth is the most that it can be together.

    The Hungarian method with potentials (Kuhn 1955, Munkres 1957): rows are added one by one along the shortest way that
    makes room. A pair worth 0 or less is never made. Rows squared times columns steps.

    :param worth: of each row, what it is worth with each column
    """
    rows = len(worth)
    if not rows:
        return {}
    wide = len(worth[0]) + rows  # a column of its own for each row that stays alone
    cost = [[*(-max(one, 0) for one in row), *([0] * rows)] for row in worth]
    row_price, column_price = [0] * (rows + 1), [0] * (wide + 1)
    holder = [0] * (wide + 1)  # by column from 1, its row from 1; the row being added stands at 0
    for row in range(1, rows + 1):
        holder[0] = row
        _add(cost, holder, row_price, column_price)
    return {
        row - 1: column - 1
        for column, row in enumerate(holder)
        if column and row and column <= len(worth[0]) and worth[row - 1][column - 1] > 0
    }


def _add(cost: list[list[int]], holder: list[int], row_price: list[int], column_price: list[int]) -> None:
    """Give the row that stands at 0 of ``holder`` a column, moving others where that is worth more."""
    wide = len(holder)
    least, came_from, used = [_NONE] * wide, [0] * wide, [False] * wide
    here = 0
    while holder[here]:
        used[here] = True
        at, step, following = holder[here], _NONE, 0
        for column in range(1, wide):
            if used[column]:
                continue
            price = cost[at - 1][column - 1] - row_price[at] - column_price[column]
            if price < least[column]:
                least[column], came_from[column] = price, here
            if least[column] < step:
                step, following = least[column], column
        for column in range(wide):
            if used[column]:
                row_price[holder[column]] += step
                column_price[column] -= step
            else:
                least[column] -= step
        here = following
    while here:
        before = came_from[here]
        holder[here] = holder[before]
        here = before
