"""Looking back on closed deals: five questions, what is told of it in the library, what is proposed for the process."""
