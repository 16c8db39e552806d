"""What each rule is worth: deals where it was kept against those where it was broken."""
