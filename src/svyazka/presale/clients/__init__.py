"""Client companies, their people, and how we recognise that we have met them before."""
