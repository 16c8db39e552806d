"""People, units, duties, presale roles, competences, absence, working hours and access tokens."""
