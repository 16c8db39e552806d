"""What happens later: notices go out, reactions run, clocks tick."""
