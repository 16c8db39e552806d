"""How fast Svyazka is: the product beside the least that a Django app can do for the same work.

``python -m bench`` measures everything and writes ``docs/performance.md``; ``python -m bench --quick`` takes a minute
and only prints. Ratios between the two sides are what counts; milliseconds belong to one machine and one day.
"""
