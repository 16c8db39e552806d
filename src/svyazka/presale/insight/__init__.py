"""What many deals say together: the owner's page and the search."""
