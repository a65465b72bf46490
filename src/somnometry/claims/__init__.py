"""Tables of nights -> answers about claims."""
