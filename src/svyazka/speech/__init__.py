"""What the system says in sentences, wherever they are read: acts, refusals, times. Pages, letters and messengers share it."""
