"""The limit: the least that a Django app can do for the same work, with sessions and the usual middlewares.

No rules, no rights, no languages. What the product costs beyond it is the price of what it does.
"""
