"""Hints that figures are fed rather than earned: questions about rules and places, with the deals behind them."""
