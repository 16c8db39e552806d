"""The single window: the queue of new requests, the acts on each, the author's own leads, the form's addresses."""
