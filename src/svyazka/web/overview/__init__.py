"""The owner's page: progress without asking anybody."""
