"""The client's own pages, behind signed addresses: the plan of a meeting, the letter that sums it up."""
