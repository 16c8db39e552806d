"""Looking back on closed deals: the queue, and one deal's five questions with the facts beside them."""
